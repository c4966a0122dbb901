// Package story holds what the demo theatre plays: twelve dramas of five
// episodes, in Chinese and English, embedded as stories.toml.
//
// An episode is three spoken lines and a cliff. Plan turns them into a
// storyboard once it is known how long each line takes to say. Nothing here
// draws or makes sound.
package story

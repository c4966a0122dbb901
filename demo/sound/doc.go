// Package sound gives the theatre its ears: voices from espeak-ng, plucked and
// struck instruments synthesised from nothing, music composed from a drama's
// seed, and a master at broadcast loudness.
//
// Everything but Speak is a pure function: the same score gives the same
// samples.
package sound

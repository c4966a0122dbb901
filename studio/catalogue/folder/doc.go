// Package folder reads and writes a drama as a folder: drama.toml beside the
// episodes, subtitles and posters it names.
//
//	schema = 1
//	key = "night-she-came-back"      # stable, unique within the organisation
//	original_language = "zh-CN"
//	genres = ["revenge"]
//	tags = ["reborn", "rain"]
//	audience = "all"                 # all, female, male
//	year = 2026
//	release = "all"                  # or "daily:2"
//	credit = ""
//	[title]
//	zh-CN = "雨夜归来"
//	[synopsis]
//	zh-CN = "…"
//	[[people]]
//	role = "cast"                    # cast, director, writer
//	[people.name]
//	zh-CN = "林晚"
//	[[markets]]                      # release elsewhere, where it is not as above
//	market = "US"
//	release = "daily:1"
//	time_zone = "America/New_York"   # whose days are counted
//	[[episodes]]
//	number = 1
//	file = "episodes/01.mp4"
//	release_at = 2026-12-24T20:00:00+08:00 # whatever the plan says
//	[episodes.title]
//	zh-CN = "…"
//	[episodes.subtitles]
//	zh-CN = "subtitles/01.zh-CN.vtt"
//	[posters]
//	portrait = "posters/poster.jpg"
//	landscape = "posters/landscape.jpg"
//	[posters.portraits]              # in other languages; [posters.landscapes] too
//	en = "posters/poster.en.jpg"
//
// A folder without drama.toml is understood by its file names. Paths are
// relative, with forward slashes, and stay inside the folder.
package folder

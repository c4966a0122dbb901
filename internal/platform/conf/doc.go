// Package conf reads the configuration: a TOML file, over it the environment,
// over it the flags, over nothing else.
//
// A command line is one struct: each capability's Config is embedded in it with
// a prefix, and the values it holds before Parse are the defaults:
//
//	type cli struct {
//		Config string         `help:"Configuration file."`
//		HTTP   httpx.Config   `embed:"" prefix:"http."`
//		Serve  serveCommand   `cmd:""`
//	}
//
// The same setting is then --http.max-body, CLIFFHANGER_HTTP_MAX_BODY and
// max-body (or max_body) in the table [http] of the file. A key of the file
// that names no setting is an error that proposes the nearest one.
//
// Secrets (types that print ***) and passwords inside addresses are masked
// wherever settings are shown.
package conf

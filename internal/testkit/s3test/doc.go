// Package s3test gives tests a real S3 server: versitygw over a temporary folder,
// built once into .cache/bin by scripts/tool-versitygw.sh.
package s3test

package e2e

import (
	"path/filepath"
	"testing"

	"cliffhanger/internal/testkit/bustest"
	"cliffhanger/internal/testkit/dbtest"
	"cliffhanger/internal/testkit/s3test"
	"cliffhanger/internal/testkit/tool"
)

// Two web nodes and one transcode node over PostgreSQL, three NATS servers and
// S3. A web node passes an upload on to the other, the transcode node dies in
// the middle of its work, and so does a NATS server.
func TestCluster(t *testing.T) {
	t.Parallel()
	nats, killNATS := bustest.Cluster(t)
	s3 := s3test.Start(t)
	database := dbtest.PostgreSQLAddress(t)
	dir := t.TempDir()
	run := func(name, roles string) *node {
		address := tool.FreeAddress(t)
		return start(t, "--http.addr="+address, "--media.node-url=http://"+address, "--data="+filepath.Join(dir, name), "--node="+name, "--roles="+roles,
			"--database="+database, "--nats="+nats, "--bus-lease=5s",
			"--s3.endpoint="+s3.Config.Endpoint, "--s3.bucket="+s3.Config.Bucket, "--s3.insecure",
			"--s3.access-key="+s3.Config.AccessKey, "--s3.secret-key="+s3.Config.SecretKey)
	}
	webA := run("web-a", "web,worker")
	webB := run("web-b", "web,worker")
	transcode := run("transcode", "transcode")
	anEpisodeGoesInAndASwipePlaysIt(t, house{
		first: webA,
		onUpload: func(p *producer) func(int) {
			return func(piece int) { p.moveTo([]*node{webA, webB}[piece%2]) }
		},
		onEncode: func() {
			killNATS(0)
			transcode.kill()
			run("transcode-2", "transcode")
		},
		second: func() *node { return webB },
	})
}

package e2e

import (
	"net"
	"path/filepath"
	"testing"

	"cliffhanger/internal/testkit/bustest"
	"cliffhanger/internal/testkit/dbtest"
	"cliffhanger/internal/testkit/s3test"
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
		address := freeAddress(t)
		return start(t, "--http.addr="+address, "--media.node-url=http://"+address, "--data="+filepath.Join(dir, name), "--node="+name, "--roles="+roles,
			"--database="+database, "--nats="+nats, "--bus-lease=5s",
			"--s3.endpoint="+s3.Config.Endpoint, "--s3.bucket="+s3.Config.Bucket, "--s3.insecure",
			"--s3.access-key="+s3.Config.AccessKey, "--s3.secret-key="+s3.Config.SecretKey)
	}
	webA := run("web-a", "web,worker")
	webB := run("web-b", "web,worker")
	webA.setup = webB.setup // a newer link makes the older one invalid
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

// freeAddress is a loopback address nobody listens on at the moment.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

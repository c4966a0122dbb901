package app

import (
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"cliffhanger/internal/platform/blob"
	"cliffhanger/internal/platform/bus"
	"cliffhanger/internal/platform/conf"
	"cliffhanger/internal/platform/httpx"
	"cliffhanger/internal/platform/life"
	"cliffhanger/internal/platform/mail"
	"cliffhanger/internal/platform/obs"
	"cliffhanger/studio/catalogue"
	"cliffhanger/studio/media"
	"cliffhanger/trust/audit"
	"cliffhanger/trust/market"
	"cliffhanger/trust/review"
	"cliffhanger/viewer/account"
	"cliffhanger/viewer/account/consent"
	"cliffhanger/viewer/account/outside"
	"cliffhanger/viewer/account/staffoidc"
	"cliffhanger/viewer/playback"
	"cliffhanger/viewer/youth"
)

// Version is what the binary calls itself; the build sets it.
var Version = "dev"

// Config is everything that can be configured. Without any of it a node works
// by itself in ./data.
type Config struct {
	Config string     `help:"Configuration file (TOML)."`
	Data   string     `help:"Folder of this node: database, media, search index, uploads in progress." type:"path"`
	Node   string     `help:"This node's name, unique in the house; by default the one it had before, at first made from the host's name and the folder."`
	Roles  life.Roles `help:"What this node does: web, worker, transcode, or all."`

	Database    obs.Secret    `help:"PostgreSQL address, postgres://…; empty keeps a SQLite file in the data folder."`
	NATS        obs.Secret    `name:"nats" help:"Servers of a NATS JetStream cluster, nats://a,nats://b; empty runs one inside."`
	BusReplicas int           `help:"On how many servers of the cluster each message is kept."`
	BusLease    time.Duration `help:"How long a node may be silent before its work is given to another."`

	S3        S3Config           `embed:"" prefix:"s3."`
	HTTP      httpx.ServerConfig `embed:"" prefix:"http."`
	Edge      httpx.Config       `embed:"" prefix:"edge."`
	Life      life.Config        `embed:"" prefix:"life."`
	Obs       obs.Config         `embed:"" prefix:"obs."`
	Mail      mail.Config        `embed:"" prefix:"mail."`
	Account   account.Config     `embed:"" prefix:"account."`
	SignIn    outside.Config     `embed:"" prefix:"sign-in."`
	Staff     staffoidc.Config   `embed:"" prefix:"staff."`
	Consent   consent.Config     `embed:"" prefix:"consent."`
	Catalogue catalogue.Config   `embed:"" prefix:"catalogue."`
	Media     media.Config       `embed:"" prefix:"media."`
	Playback  playback.Config    `embed:"" prefix:"playback."`
	Market    market.Config      `embed:"" prefix:"market."`
	Youth     youth.Config       `embed:"" prefix:"youth."`
	RealName  RealNameConfig     `embed:"" prefix:"realname."`
	Review    review.Config      `embed:"" prefix:"review."`
	Audit     audit.Config       `embed:"" prefix:"audit."`
}

// S3Config says where media lie when not in the data folder.
type S3Config struct {
	Endpoint  string     `help:"Host and port of an S3-compatible store; empty keeps media in the data folder."`
	Bucket    string     `help:"Bucket; it must exist."`
	Region    string     `help:"Region."`
	AccessKey string     `help:"Access key."`
	SecretKey obs.Secret `help:"Secret key."`
	Insecure  bool       `help:"Speak HTTP to the store, not HTTPS."`
	Redirect  bool       `help:"Send players to the store instead of passing bytes on."`
}

// Default is a node that needs nothing but a folder.
func Default() Config {
	c := Config{
		Data: "data", Roles: life.AllRoles, BusReplicas: 3, BusLease: 30 * time.Second,
		HTTP: httpx.DefaultServer(), Edge: httpx.Default(), Life: life.Default(), Obs: obs.Default(), Mail: mail.Default(),
		Account: account.Default(), SignIn: outside.Default(), Consent: consent.Default(), Catalogue: catalogue.Default(""), Media: media.Default(), Playback: playback.Default(),
		Market: market.Default(), Youth: youth.Default(), RealName: defaultRealName(), Review: review.Default(), Audit: audit.Default(),
	}
	c.Media.Dir, c.Media.Node = c.Data, "node" // settled once the flags are known
	return c
}

var nodeName = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,62}$`)

// check lists what is wrong with the node's own settings and with its parts',
// each behind the name of the setting.
func (c *Config) check() error {
	var errs []error
	if c.Data == "" {
		errs = append(errs, errors.New("data: a folder is needed"))
	}
	if !nodeName.MatchString(c.Node) {
		errs = append(errs, fmt.Errorf("node %q: want lower-case letters, digits and dashes", c.Node))
	}
	if c.S3.Endpoint != "" && c.S3.Bucket == "" {
		errs = append(errs, errors.New("s3.bucket: must be named when s3.endpoint is"))
	}
	if strings.Contains(c.S3.Endpoint, "/") {
		errs = append(errs, fmt.Errorf("s3.endpoint %q: want host:port; s3.insecure says whether to speak HTTP", c.S3.Endpoint))
	}
	if c.Database.Set() && !strings.HasPrefix(c.Database.Reveal(), "postgres") {
		errs = append(errs, errors.New("database: want postgres://…, or nothing for SQLite in the data folder"))
	}
	for server := range strings.SplitSeq(c.NATS.Reveal(), ",") {
		if u, err := url.Parse(strings.TrimSpace(server)); c.NATS.Set() && (err != nil || u.Host == "") {
			errs = append(errs, errors.New("nats: want nats://host:port for each server"))
			break
		}
	}
	if c.BusReplicas < 1 || c.BusReplicas > 5 || c.BusReplicas%2 == 0 {
		errs = append(errs, fmt.Errorf("bus-replicas %d: want 1, 3 or 5", c.BusReplicas))
	}
	if c.BusLease < time.Second {
		errs = append(errs, fmt.Errorf("bus-lease %v: want at least a second", c.BusLease))
	}
	return errors.Join(append(errs, conf.Validate(c))...)
}

// settle fills in what follows from other settings and lists what is wrong.
func (c *Config) settle() error {
	if c.Node == "" {
		c.Node = nodeOf(c.Data)
	}
	if c.Catalogue.IndexDir == "" || c.Catalogue.IndexDir == catalogue.Default("").IndexDir {
		c.Catalogue.IndexDir = filepath.Join(c.Data, "search")
	}
	if c.HTTP.TLS.ACMEDir == httpx.DefaultServer().TLS.ACMEDir {
		c.HTTP.TLS.ACMEDir = filepath.Join(c.Data, "acme")
	}
	if c.Market.Packs == "" {
		c.Market.Packs = filepath.Join(c.Data, "markets")
	}
	c.Media.Dir, c.Media.Node = c.Data, c.Node
	c.Audit.KeyFile = filepath.Join(c.Data, "audit.key")
	c.Catalogue.BlobGrace = c.Media.BlobGrace
	c.Edge.Title, c.Edge.Version, c.Edge.Tracing = "Cliffhanger", Version, c.Obs.Tracing()
	return c.check()
}

func (c *Config) database() string {
	if c.Database.Set() {
		return c.Database.Reveal()
	}
	return "sqlite:" + filepath.Join(c.Data, "cliffhanger.db")
}

func (c *Config) bus() bus.Config {
	return bus.Config{URL: c.NATS.Reveal(), Dir: filepath.Join(c.Data, "bus"), Replicas: c.BusReplicas, Lease: c.BusLease}
}

func (c *Config) blobs() (blob.Store, error) {
	if c.S3.Endpoint == "" {
		return blob.Local(filepath.Join(c.Data, "blobs"))
	}
	return blob.S3(blob.S3Config{
		Endpoint: c.S3.Endpoint, Bucket: c.S3.Bucket, Region: c.S3.Region, AccessKey: c.S3.AccessKey,
		SecretKey: c.S3.SecretKey.Reveal(), Secure: !c.S3.Insecure, Redirect: c.S3.Redirect,
	})
}

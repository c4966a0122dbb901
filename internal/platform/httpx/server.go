package httpx

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"cliffhanger/internal/platform/httpx/lane"
)

// ServerConfig says where a node listens. Durations are Go durations.
type ServerConfig struct {
	Addr         string `help:"Address to listen on, host:port; port 0 picks a free one."`
	RedirectAddr string `help:"Address of plain HTTP that only redirects to HTTPS; empty is none."`
	H2C          bool   `name:"h2c" help:"HTTP/2 without TLS, for a proxy that speaks it."`

	HeaderTimeout time.Duration `help:"Longest wait for the header of a request."`
	ReadTimeout   time.Duration `help:"Longest wait for an ordinary request."`
	WriteTimeout  time.Duration `help:"Longest time to answer an ordinary request."`
	IdleTimeout   time.Duration `help:"How long an unused connection is kept."`

	TLS TLSConfig `embed:"" prefix:"tls."`
}

// DefaultServer listens on all addresses without TLS.
func DefaultServer() ServerConfig {
	return ServerConfig{
		Addr: ":8080", HeaderTimeout: 10 * time.Second, ReadTimeout: 30 * time.Second,
		WriteTimeout: 60 * time.Second, IdleTimeout: 2 * time.Minute,
		TLS: TLSConfig{ACMEDir: "data/acme"},
	}
}

// Validate lists everything that is wrong with the configuration, each behind the
// name of its setting.
func (c ServerConfig) Validate() error {
	var errs []error
	if _, _, err := net.SplitHostPort(c.Addr); err != nil {
		errs = append(errs, fmt.Errorf("addr %q: want host:port", c.Addr))
	}
	if _, _, err := net.SplitHostPort(c.RedirectAddr); c.RedirectAddr != "" && err != nil {
		errs = append(errs, fmt.Errorf("redirect-addr %q: want host:port", c.RedirectAddr))
	} else if c.RedirectAddr != "" && !c.TLS.Enabled() {
		errs = append(errs, errors.New("redirect-addr: needs TLS to redirect to"))
	}
	for _, t := range []struct {
		name string
		time.Duration
	}{
		{"header-timeout", c.HeaderTimeout}, {"read-timeout", c.ReadTimeout},
		{"write-timeout", c.WriteTimeout}, {"idle-timeout", c.IdleTimeout},
	} {
		if t.Duration <= 0 {
			errs = append(errs, fmt.Errorf("%s %v: must be positive", t.name, t.Duration))
		}
	}
	return errors.Join(append(errs, c.TLS.Validate())...)
}

// Server listens and serves. Start and Stop once each; Stop may be repeated.
type Server struct {
	cfg   ServerConfig
	log   *slog.Logger
	main  *http.Server
	also  *http.Server // redirects; nil without
	lanes *lane.Lanes  // nil with TLS

	addr    net.Addr
	closing context.CancelFunc
	failed  chan error
	stop    sync.Once
	stopErr error
}

// NewServer prepares a server of h. It reads certificates, so that a wrong
// file is an error now and not at the first handshake.
func NewServer(cfg ServerConfig, h http.Handler, log *slog.Logger) (*Server, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	s := &Server{cfg: cfg, log: log, failed: make(chan error, 3)}
	closing, cancel := context.WithCancel(context.Background())
	s.closing = cancel
	s.main = s.server(h)
	if !cfg.TLS.Enabled() {
		s.lanes = lane.New(cfg.IdleTimeout, mediaHeaders)
	}
	s.main.BaseContext = func(net.Listener) context.Context {
		return context.WithValue(context.WithValue(context.Background(), closingKey{}, closing), lanesKey{}, s.lanes)
	}
	s.main.Protocols = new(http.Protocols)
	s.main.Protocols.SetHTTP1(true)
	s.main.Protocols.SetHTTP2(true)
	s.main.Protocols.SetUnencryptedHTTP2(cfg.H2C)
	if cfg.TLS.Enabled() {
		conf, challenges, err := cfg.TLS.load(log)
		if err != nil {
			cancel()
			return nil, err
		}
		s.main.TLSConfig = conf
		if cfg.RedirectAddr != "" {
			s.also = s.server(challenges(http.HandlerFunc(s.redirect)))
		}
	}
	return s, nil
}

func (s *Server) server(h http.Handler) *http.Server {
	return &http.Server{
		Handler: h, ReadHeaderTimeout: s.cfg.HeaderTimeout, ReadTimeout: s.cfg.ReadTimeout,
		WriteTimeout: s.cfg.WriteTimeout, IdleTimeout: s.cfg.IdleTimeout, MaxHeaderBytes: 32 << 10,
		ErrorLog: slog.NewLogLogger(s.log.Handler(), slog.LevelDebug), // broken handshakes and the like
	}
}

// Start listens, and serves in the background. An error later on arrives on
// Failed.
func (s *Server) Start(ctx context.Context) error {
	l, err := s.listen(ctx, s.cfg.Addr)
	if err != nil {
		return err
	}
	s.addr = l.Addr()
	if s.also != nil {
		r, err := s.listen(ctx, s.cfg.RedirectAddr)
		if err != nil {
			l.Close()
			return err
		}
		go func() { s.report(s.also.Serve(r)) }()
	}
	secure := s.cfg.TLS.Enabled()
	if secure {
		go func() { s.report(s.main.ServeTLS(l, "", "")) }()
	} else {
		go func() { s.report(s.main.Serve(l)) }()
		go func() { s.report(s.main.Serve(s.lanes.Listener())) }()
	}
	s.log.Info("listening", "address", s.addr.String(), "tls", secure)
	return nil
}

func (s *Server) listen(ctx context.Context, addr string) (net.Listener, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w", addr, err)
	}
	return l, nil
}

func (s *Server) report(err error) {
	if err != nil && !errors.Is(err, http.ErrServerClosed) {
		s.failed <- err
	}
}

// Failed delivers an error that ended serving unasked.
func (s *Server) Failed() <-chan error { return s.failed }

// Addr is the address listened on, after Start.
func (s *Server) Addr() net.Addr { return s.addr }

// Stop ends event streams at once, lets other requests finish until ctx ends,
// then closes what is left.
func (s *Server) Stop(ctx context.Context) error {
	s.stop.Do(func() {
		s.closing()
		var parts errgroup.Group
		for _, srv := range []*http.Server{s.also, s.main} {
			if srv == nil {
				continue
			}
			parts.Go(func() error {
				if err := srv.Shutdown(ctx); err != nil {
					return errors.Join(err, srv.Close())
				}
				return nil
			})
		}
		if s.lanes != nil {
			parts.Go(func() error { return s.lanes.Stop(ctx) })
		}
		s.stopErr = parts.Wait()
	})
	return s.stopErr
}

// redirect sends plain HTTP to the same address under HTTPS.
func (s *Server) redirect(w http.ResponseWriter, r *http.Request) {
	host := r.Host
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	host = strings.Trim(host, "[]")
	if !isHost(host) {
		http.Error(w, "Bad Request", http.StatusBadRequest)
		return
	}
	target := host
	if strings.Contains(host, ":") {
		target = "[" + host + "]"
	}
	if _, port, err := net.SplitHostPort(s.addr.String()); err == nil && port != "443" {
		target = net.JoinHostPort(host, port)
	}
	w.Header().Set("Connection", "close")
	http.Redirect(w, r, "https://"+target+r.URL.RequestURI(), http.StatusPermanentRedirect)
}

package store

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"credscope/socket"
)

// TokenStore reads and changes OAuth credentials by provider and bucket. Its
// methods are documented at [ProxyTokenStore].
type TokenStore interface {
	SaveToken(ctx context.Context, key Key, token OAuthToken) error
	GetToken(ctx context.Context, key Key) (token OAuthToken, found bool, err error)
	RemoveToken(ctx context.Context, key Key) error
	ListProviders(ctx context.Context) ([]string, error)
	ListBuckets(ctx context.Context, provider string) ([]string, error)
	GetBucketStats(ctx context.Context, key Key) (stats BucketStats, found bool, err error)
	AcquireRefreshLock(ctx context.Context, key Key, staleAfter time.Duration) (bool, error)
	ReleaseRefreshLock(ctx context.Context, key Key) error
}

// Options configures a [ProxyTokenStore]. The zero value is ready to use.
type Options struct {
	// Capability is sent in the handshake to a host that demands one, 64 lowercase
	// hex digits. It is sent only after all checks of the socket's path and of the
	// peer have passed. Close wipes it. If it is empty, none is sent.
	Capability Secret
	// Timeout limits every request, from the time it is sent, and every handshake.
	// 0 means 30 seconds.
	Timeout time.Duration
	// Idle is how long the connection stays open without a request. The next
	// request connects again. 0 means 5 minutes.
	Idle time.Duration
	// Log receives the operation, a short id, sizes, known codes and the duration
	// of every request, and no text from the host. nil logs nothing.
	Log *slog.Logger
	// Dial replaces the checks of path and peer and the connect. For tests.
	Dial func(ctx context.Context, path string) (net.Conn, error)
	// Observe is called after every request, in the goroutine that made it, so
	// calls may be concurrent. A read that was sent twice is reported twice.
	Observe func(Request)
}

// Request is one request that has ended, as [Options].Observe receives it.
type Request struct {
	Op  string // operation on the wire, such as "get_token"
	Key Key    // as sent: no Bucket for list_buckets, the zero Key for list_providers
	Err error  // as the caller received it; nil on success
}

// ProxyTokenStore is the TokenStore of the host behind a Unix socket. All its
// methods share one connection and are safe for concurrent use.
//
// A request that fails returns an [*Error] if the host refused it, a
// [*ConnectError] or [*HandshakeError] if no connection could be made, a
// [*MalformedDataError] if the reply is not what the operation returns, or else an
// error to test with errors.Is for [ErrTimeout], [ErrLost], [ErrClosed],
// [ErrTooLarge] or ctx.Err().
type ProxyTokenStore struct {
	client  *socket.Client
	observe func(Request)
}

var _ TokenStore = (*ProxyTokenStore)(nil)

// NewProxyTokenStore returns the store of the host at socketPath. It does not
// connect: the first request does.
func NewProxyTokenStore(socketPath string, o Options) *ProxyTokenStore {
	wire := socket.Options{Timeout: o.Timeout, Idle: o.Idle, Log: o.Log, Dial: o.Dial}
	if !o.Capability.Empty() {
		wire.Capability = o.Capability
	}
	s := &ProxyTokenStore{client: socket.NewClient(socketPath, wire)}
	return s.WithObserver(o.Observe)
}

// WithObserver returns a store that shares s's connection and reports its own
// requests to observe, as described at [Options].Observe, in place of s's
// observer. nil observes nothing. Closing either store closes both.
func (s *ProxyTokenStore) WithObserver(observe func(Request)) *ProxyTokenStore {
	if observe == nil {
		observe = func(Request) {}
	}
	return &ProxyTokenStore{client: s.client, observe: observe}
}

// Client returns the client under the store, for other requests to the same host.
// They are not reported to the observer.
func (s *ProxyTokenStore) Client() *socket.Client { return s.client }

// Close ends the connection and wipes the capability. Pending and later requests
// return [ErrClosed].
func (s *ProxyTokenStore) Close() error { return s.client.Close() }

// send makes one request, wraps its error and reports it to the observer.
func (s *ProxyTokenStore) send(ctx context.Context, op string, key Key, payload, result any) error {
	err := wrapError(s.client.Request(ctx, op, payload, result))
	s.observe(Request{Op: op, Key: key, Err: err})
	return err
}

// busyDelay is the time between the two attempts of a read.
const busyDelay = 250 * time.Millisecond

// sendRead makes a request that changes nothing on the host, and repeats it once
// if the host answers RESOURCE_EXHAUSTED.
func (s *ProxyTokenStore) sendRead(ctx context.Context, op string, key Key, payload, result any) error {
	err := s.send(ctx, op, key, payload, result)
	if !errors.Is(err, ResourceExhausted) {
		return err
	}
	select {
	case <-time.After(busyDelay):
	case <-ctx.Done():
		return err
	}
	return s.send(ctx, op, key, payload, result)
}

// keyPayload is a Key on the wire. An empty bucket is omitted, since hosts reject
// it as an invalid name.
type keyPayload struct {
	Provider string `json:"provider"`
	Bucket   string `json:"bucket,omitempty"`
}

// SaveToken stores the token on the host. An empty bucket is omitted and means
// "default". The host keeps the refresh token that it has. The caller must Wipe
// token.
func (s *ProxyTokenStore) SaveToken(ctx context.Context, key Key, token OAuthToken) error {
	payload, err := json.Marshal(keyPayload(key))
	if err != nil {
		return err
	}
	payload, err = token.encode(append(payload[:len(payload)-1], `,"token":`...))
	if err != nil {
		return err
	}
	return s.send(ctx, "save_token", key, json.RawMessage(append(payload, '}')), nil)
}

// GetToken returns the token of key. found is false if the host has none or
// cannot read it. The caller must Wipe the token.
func (s *ProxyTokenStore) GetToken(ctx context.Context, key Key) (token OAuthToken, found bool, err error) {
	err = s.sendRead(ctx, "get_token", key, keyPayload(key), &token)
	switch {
	case errors.Is(err, NotFound):
		return OAuthToken{}, false, nil
	case err != nil:
		return OAuthToken{}, false, err
	}
	return token, true, nil
}

// Check reads the token of key, wipes it and returns what may be shown of it. A
// host that refuses by FORBIDDEN or UNAUTHORIZED is a result, not an error.
func (s *ProxyTokenStore) Check(ctx context.Context, key Key) (Check, error) {
	token, found, err := s.GetToken(ctx, key)
	defer token.Wipe()
	switch {
	case errors.Is(err, Forbidden), errors.Is(err, Unauthorized):
		return Check{Hidden: true, Refusal: err}, nil
	case err != nil, !found:
		return Check{}, err
	}
	return Check{Found: true, Metadata: token.Metadata(), Stats: BucketStats{Bucket: key.WithDefault().Bucket}}, nil
}

// RemoveToken asks the host to remove the token of key. It returns nil if the
// host has none. An empty bucket is sent as "default". Names that hosts do not
// accept return [ErrName] and are not sent.
//
// A nil error does not prove the removal: use [ProxyTokenStore.RemoveVerified].
func (s *ProxyTokenStore) RemoveToken(ctx context.Context, key Key) error {
	err := s.sendRemoval(ctx, key.WithDefault())
	if errors.Is(err, NotFound) {
		return nil
	}
	return err
}

// sendRemoval sends remove_token once.
func (s *ProxyTokenStore) sendRemoval(ctx context.Context, key Key) error {
	if !key.Valid() {
		return &socket.RequestError{Op: "remove_token", Err: ErrName}
	}
	return s.send(ctx, "remove_token", key, keyPayload(key), nil)
}

// ListProviders returns the names of the providers that the host lists, up to
// 200,000, unchanged and in the host's order. Names may break the rule of
// [ValidName]. An empty list is not nil. It means that there are none, that the
// host's policy hides them, or that the host could not read its keyring.
func (s *ProxyTokenStore) ListProviders(ctx context.Context) ([]string, error) {
	var data struct {
		Providers nameList `json:"providers"`
	}
	if err := s.sendRead(ctx, "list_providers", Key{}, nil, &data); err != nil {
		return nil, err
	}
	return data.Providers.required("list_providers", "providers")
}

// ListBuckets returns the names of provider's buckets. What [ProxyTokenStore.ListProviders]
// says about names and empty lists holds here too.
func (s *ProxyTokenStore) ListBuckets(ctx context.Context, provider string) ([]string, error) {
	key := Key{Provider: provider}
	var data struct {
		Buckets nameList `json:"buckets"`
	}
	if err := s.sendRead(ctx, "list_buckets", key, keyPayload(key), &data); err != nil {
		return nil, err
	}
	return data.Buckets.required("list_buckets", "buckets")
}

// GetBucketStats returns the bucket's name and zeros if the host has a token for
// key. It sends get_token: released hosts answer get_bucket_stats with NOT_FOUND
// or placeholders.
func (s *ProxyTokenStore) GetBucketStats(ctx context.Context, key Key) (stats BucketStats, found bool, err error) {
	check, err := s.Check(ctx, key)
	if check.Hidden {
		err = check.Refusal
	}
	return check.Stats, check.Found, err
}

// AcquireRefreshLock returns true and sends nothing: the host coordinates
// refreshes itself.
func (s *ProxyTokenStore) AcquireRefreshLock(context.Context, Key, time.Duration) (bool, error) {
	return true, nil
}

// ReleaseRefreshLock returns nil and sends nothing.
func (s *ProxyTokenStore) ReleaseRefreshLock(context.Context, Key) error { return nil }

// ForEachLimit calls do with 0 to n-1, up to [MaxInFlight] calls at a time, and
// returns when all have returned. If a call panics, the others still run, and
// ForEachLimit then panics with a fixed text.
func ForEachLimit(n int, do func(i int)) {
	var panicked atomic.Bool
	call := func(i int) {
		defer func() {
			if recover() != nil {
				panicked.Store(true)
			}
		}()
		do(i)
	}
	next := make(chan int)
	var workers sync.WaitGroup
	for range min(n, socket.MaxInFlight) {
		workers.Go(func() {
			for i := range next {
				call(i)
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	workers.Wait()
	if panicked.Load() {
		panic("an answer could not be handled")
	}
}

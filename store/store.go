package store

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"credscope/socket"
)

// TokenStore keeps credentials by provider and bucket.
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

// ProxyTokenStore is the TokenStore of a host behind a socket. All its calls
// share one client and are safe for concurrent use.
type ProxyTokenStore struct {
	client  *socket.Client
	observe func(Request)
}

// Request is one request and what came of it, for whoever keeps a history.
type Request struct {
	Op  string
	Key Key // what it named: no bucket for list_buckets, nothing for list_providers
	Err error
}

var _ TokenStore = (*ProxyTokenStore)(nil)

// NewProxyTokenStore returns the store of the host at socketPath. It makes the
// one client, which connects at the first request.
func NewProxyTokenStore(socketPath string, o socket.Options) *ProxyTokenStore {
	return &ProxyTokenStore{client: socket.NewClient(socketPath, o), observe: func(Request) {}}
}

// Observe has every request told to f when it has ended. It is to be called
// before the first request; f is called concurrently.
func (s *ProxyTokenStore) Observe(f func(Request)) { s.observe = f }

// send is the one way to the host. Refusals come back worded.
func (s *ProxyTokenStore) send(ctx context.Context, op string, key Key, payload, result any) error {
	err := worded(s.client.Request(ctx, op, payload, result))
	s.observe(Request{Op: op, Key: key, Err: err})
	return err
}

// Client returns the one client, for whoever else speaks to this host.
func (s *ProxyTokenStore) Client() *socket.Client { return s.client }

// Close ends the connection. The store cannot be used afterwards.
func (s *ProxyTokenStore) Close() error { return s.client.Close() }

// keyPayload leaves an empty bucket out: hosts take it for an invalid name.
type keyPayload struct {
	Provider string `json:"provider"`
	Bucket   string `json:"bucket,omitempty"`
}

func payloadOf(key Key) keyPayload { return keyPayload(key) }

// SaveToken stores the token on the host, which keeps its own refresh token.
func (s *ProxyTokenStore) SaveToken(ctx context.Context, key Key, token OAuthToken) error {
	names, err := json.Marshal(payloadOf(key))
	if err != nil {
		return err
	}
	payload, err := token.encode(append(names[:len(names)-1], `,"token":`...))
	if err != nil {
		return err
	}
	return s.send(ctx, "save_token", key, json.RawMessage(append(payload, '}')), nil)
}

// GetToken returns the token of key; a host that has none, or none that it can
// read, is found == false. The caller wipes the token.
func (s *ProxyTokenStore) GetToken(ctx context.Context, key Key) (token OAuthToken, found bool, err error) {
	err = s.read(ctx, "get_token", key, payloadOf(key), &token)
	switch {
	case errors.Is(err, NotFound):
		return OAuthToken{}, false, nil
	case err != nil:
		return OAuthToken{}, false, err
	}
	return token, true, nil
}

// RemoveToken asks the host to remove the token of key; none to remove counts
// as done. A nil error is the host's word only: RemoveVerified asks again.
func (s *ProxyTokenStore) RemoveToken(ctx context.Context, key Key) error {
	err := s.send(ctx, "remove_token", key.Full(), payloadOf(key.Full()), nil)
	if errors.Is(err, NotFound) {
		return nil
	}
	return err
}

// ListProviders returns the providers that the host lists. An empty list may
// mean that the host's policy hides them or that it could not read its keyring.
func (s *ProxyTokenStore) ListProviders(ctx context.Context) ([]string, error) {
	var data struct {
		Providers names `json:"providers"`
	}
	if err := s.read(ctx, "list_providers", Key{}, nil, &data); err != nil {
		return nil, err
	}
	return data.Providers.list("list_providers", "providers")
}

// ListBuckets returns the buckets of provider that the host lists, unchecked
// against the rule for names. What empty means is said at ListProviders.
func (s *ProxyTokenStore) ListBuckets(ctx context.Context, provider string) ([]string, error) {
	var data struct {
		Buckets names `json:"buckets"`
	}
	if err := s.read(ctx, "list_buckets", Key{Provider: provider}, keyPayload{Provider: provider}, &data); err != nil {
		return nil, err
	}
	return data.Buckets.list("list_buckets", "buckets")
}

// GetBucketStats returns the contract's zeros for a bucket whose token exists.
// It asks by get_token: the hosts' get_bucket_stats has never told a truth.
func (s *ProxyTokenStore) GetBucketStats(ctx context.Context, key Key) (stats BucketStats, found bool, err error) {
	token, found, err := s.GetToken(ctx, key)
	token.Wipe()
	if !found {
		return BucketStats{}, false, err
	}
	return BucketStats{Bucket: key.Full().Bucket}, true, nil
}

// AcquireRefreshLock sends nothing: refresh is coordinated on the host.
func (s *ProxyTokenStore) AcquireRefreshLock(context.Context, Key, time.Duration) (bool, error) {
	return true, nil
}

// ReleaseRefreshLock sends nothing.
func (s *ProxyTokenStore) ReleaseRefreshLock(context.Context, Key) error { return nil }

// Look asks for a token once, keeps what may be shown and wipes the token. The
// host's policy refusing the look is a result, not an error.
func (s *ProxyTokenStore) Look(ctx context.Context, key Key) (Look, error) {
	token, found, err := s.GetToken(ctx, key)
	defer token.Wipe()
	switch {
	case errors.Is(err, Forbidden), errors.Is(err, Unauthorized):
		return Look{Hidden: true, Refusal: err}, nil
	case err != nil, !found:
		return Look{}, err
	}
	return Look{Found: true, Metadata: token.Metadata(), Stats: BucketStats{Bucket: key.Full().Bucket}}, nil
}

// retryPause is how long a host that is busy is left alone.
const retryPause = 250 * time.Millisecond

// read sends a request that changes nothing. One that a busy host refuses is
// sent once more.
func (s *ProxyTokenStore) read(ctx context.Context, op string, key Key, payload, result any) error {
	err := s.send(ctx, op, key, payload, result)
	if !errors.Is(err, ResourceExhausted) {
		return err
	}
	select {
	case <-time.After(retryPause):
	case <-ctx.Done():
		return err
	}
	return s.send(ctx, op, key, payload, result)
}

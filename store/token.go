package store

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// DefaultBucket is the bucket that hosts use when a request names none.
const DefaultBucket = "default"

// Key names one credential: an account of a provider. An empty Bucket means
// [DefaultBucket].
type Key struct{ Provider, Bucket string }

// WithDefault returns k with an empty Bucket replaced by [DefaultBucket].
func (k Key) WithDefault() Key {
	if k.Bucket == "" {
		k.Bucket = DefaultBucket
	}
	return k
}

// String returns PROVIDER/BUCKET, with the names as they are.
func (k Key) String() string { return k.Provider + "/" + k.WithDefault().Bucket }

// Valid reports whether both names are valid by [ValidName].
func (k Key) Valid() bool { return ValidName(k.Provider) && ValidName(k.WithDefault().Bucket) }

// ParseKey parses PROVIDER, PROVIDER:BUCKET or PROVIDER/BUCKET. The error is [ErrName]
// if a name is invalid by [ValidName].
func ParseKey(s string) (Key, error) {
	key := Key{Provider: s}
	if i := strings.IndexAny(s, ":/"); i >= 0 {
		key = Key{Provider: s[:i], Bucket: s[i+1:]}
	}
	key = key.WithDefault()
	if !key.Valid() {
		return Key{}, fmt.Errorf("%q: %w", s, ErrName)
	}
	return key, nil
}

const maxNameLength = 64

// ValidName reports whether name is 1 to 64 ASCII letters, digits, dots,
// underscores, @ and dashes. Every released host refuses requests with other names.
// It may still list such names, which it then neither reads nor removes.
func ValidName(name string) bool {
	if name == "" || len(name) > maxNameLength {
		return false
	}
	for i := range len(name) {
		if !nameChars[name[i]] {
			return false
		}
	}
	return true
}

// nameChars is true for the bytes that names may contain. It is a table because
// every name that is drawn is validated.
var nameChars = func() (valid [256]bool) {
	for _, c := range []byte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._@-") {
		valid[c] = true
	}
	return valid
}()

// OAuthToken is a credential. Call Wipe when it is no longer needed. A token that
// was read from a host never has a refresh token.
type OAuthToken struct {
	AccessToken Secret
	IDToken     Secret // holds account claims; empty if there is none
	Expiry      Expiry
	TokenType   string // such as "Bearer"
	Scope       string
	// ResourceURL is empty in a token that was read, since a URL may contain
	// secrets; [Metadata].ResourceHost has its host. SaveToken omits an empty one,
	// and the host then keeps the URL that it has.
	ResourceURL string
	AccountID   string

	resourceHost     string
	dropped          []DroppedField
	namesLeftOut     int
	refreshTokenSent bool
}

// Wipe overwrites the token's secrets.
func (t *OAuthToken) Wipe() {
	t.AccessToken.Wipe()
	t.IDToken.Wipe()
}

// Metadata returns the parts of the token that may be shown.
func (t *OAuthToken) Metadata() Metadata {
	return Metadata{
		Expiry: t.Expiry, TokenType: t.TokenType, Scope: t.Scope, AccountID: t.AccountID,
		ResourceHost: cmp.Or(t.resourceHost, string(hostPart([]byte(t.ResourceURL)))),
		Dropped:      t.dropped, NamesLeftOut: t.namesLeftOut, RefreshTokenSent: t.refreshTokenSent,
	}
}

// encode appends the token's JSON for save_token to prefix, in a new buffer. The
// buffer is allocated once, since growing it would leave copies of the secrets. The
// refresh token is not sent.
func (t *OAuthToken) encode(prefix []byte) ([]byte, error) {
	public, err := json.Marshal(struct {
		Expiry      Expiry `json:"expiry"`
		TokenType   string `json:"token_type"`
		Scope       string `json:"scope,omitempty"`
		ResourceURL string `json:"resource_url,omitempty"`
		AccountID   string `json:"account_id,omitempty"`
	}{t.Expiry, t.TokenType, t.Scope, t.ResourceURL, t.AccountID})
	if err != nil {
		return nil, err
	}
	const (
		maxEscape = 6  // bytes of one escaped byte
		overhead  = 64 // bytes of the secrets' names, quotes and brackets
	)
	size := len(prefix) + len(public) + maxEscape*(len(t.AccessToken.Bytes())+len(t.IDToken.Bytes())) + overhead
	out := append(make([]byte, 0, size), prefix...)
	out = append(out, public[:len(public)-1]...)
	out = t.AccessToken.appendJSON(append(out, `,"access_token":`...))
	if !t.IDToken.Empty() {
		out = t.IDToken.appendJSON(append(out, `,"id_token":`...))
	}
	return append(out, '}'), nil
}

// Metadata is what may be shown of a token. Its texts are the host's and may hold
// any characters. None of them contains a secret of the same reply.
type Metadata struct {
	Expiry       Expiry
	TokenType    string
	Scope        string
	ResourceHost string // host and port of resource_url
	AccountID    string
	Dropped      []DroppedField // fields that were received and not kept, sorted by name
	// NamesLeftOut counts the fields that are missing in Dropped because their
	// names contained a secret or were longer than 8 KiB.
	NamesLeftOut int
	// RefreshTokenSent reports whether the host sent a refresh token, which no
	// proxy should. The letter case of the field's name does not matter.
	RefreshTokenSent bool
}

// DroppedField is a field that was received with a token and not kept.
type DroppedField struct {
	Name   string // as sent
	Reason DropReason
}

// DropReason is the reason why a field was not kept.
type DropReason int

// The reasons of a [DroppedField].
const (
	DroppedSecret     DropReason = iota // access, ID or refresh token
	DroppedUnknown                      // not a field of [Metadata]
	DroppedWrongType                    // not a string
	DroppedTooLong                      // longer than 8 KiB
	DroppedHeldSecret                   // contains a secret of the same reply
	DroppedNoHost                       // a resource_url without a host
)

// String returns the reason in a few words, such as "wrong type".
func (r DropReason) String() string {
	switch r {
	case DroppedSecret:
		return "secret"
	case DroppedWrongType:
		return "wrong type"
	case DroppedTooLong:
		return "over 8 KiB"
	case DroppedHeldSecret:
		return "contained a secret"
	case DroppedNoHost:
		return "no host in it"
	default:
		return "unknown field"
	}
}

// BucketStats is the usage of a bucket. No released host records usage, so only
// Bucket is ever set.
type BucketStats struct {
	Bucket       string
	RequestCount int
	Percentage   float64 // 0 to 100
	LastUsed     time.Time
}

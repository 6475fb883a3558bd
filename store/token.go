package store

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"credscope/socket"
	"credscope/socket/rawjson"
)

// DefaultBucket is the bucket that hosts mean when a request names none.
const DefaultBucket = "default"

// Key names one credential: a provider's account. The bucket "" is [DefaultBucket].
type Key struct{ Provider, Bucket string }

// Full returns the key with its bucket spelled out.
func (k Key) Full() Key {
	if k.Bucket == "" {
		k.Bucket = DefaultBucket
	}
	return k
}

func (k Key) String() string { return k.Provider + "/" + k.Full().Bucket }

// ParseKey reads PROVIDER[:BUCKET] and refuses names against the hosts' rule.
func ParseKey(s string) (Key, error) {
	provider, bucket, _ := strings.Cut(s, ":")
	key := Key{Provider: provider, Bucket: bucket}.Full()
	if !key.Valid() {
		return Key{}, fmt.Errorf("%q: %w", s, ErrName)
	}
	return key, nil
}

const maxNameLength = 64

// ValidName reports whether name follows the rule of every released host:
// 1 to 64 letters, digits, dots, underscores, @ and dashes. Hosts list other
// names too, but neither read nor remove them.
func ValidName(name string) bool {
	if name == "" || len(name) > maxNameLength {
		return false
	}
	for i := range len(name) {
		if !inNames[name[i]] {
			return false
		}
	}
	return true
}

// inNames has the characters of names. It is a table since a screen or a list
// asks about every name it draws.
var inNames = func() (in [256]bool) {
	for _, c := range []byte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._@-") {
		in[c] = true
	}
	return in
}()

// Valid reports whether both names follow the hosts' rule.
func (k Key) Valid() bool { return ValidName(k.Provider) && ValidName(k.Full().Bucket) }

// OAuthToken is a credential as get_token returns it. It holds secrets: take
// its Metadata, then Wipe it.
type OAuthToken struct {
	AccessToken Secret
	IDToken     Secret // empty if there is none; holds account claims
	Expiry      Expiry
	TokenType   string
	Scope       string
	ResourceURL string
	AccountID   string

	received []string // names of the fields that came, sorted
}

// Wipe overwrites the token's secrets.
func (t *OAuthToken) Wipe() {
	t.AccessToken.Wipe()
	t.IDToken.Wipe()
}

// Metadata is what may be shown of a token.
type Metadata struct {
	Expiry       Expiry
	TokenType    string
	Scope        string
	ResourceHost string // host part of resource_url
	AccountID    string
	Dropped      []string // names of the fields that came and were not kept, sorted
	// RefreshTokenSent is true if the host sent a refresh token, which no
	// proxy should. It was dropped unread.
	RefreshTokenSent bool
}

// keptFields are the names whose values reach Metadata.
var keptFields = []string{"account_id", "expiry", "resource_url", "scope", "token_type"}

// Metadata returns what may be shown.
func (t *OAuthToken) Metadata() Metadata {
	m := Metadata{
		Expiry: t.Expiry, TokenType: t.TokenType, Scope: t.Scope,
		ResourceHost: hostPart(t.ResourceURL), AccountID: t.AccountID,
	}
	for _, name := range t.received {
		if !slices.Contains(keptFields, name) {
			m.Dropped = append(m.Dropped, name)
		}
		m.RefreshTokenSent = m.RefreshTokenSent || strings.EqualFold(name, "refresh_token")
	}
	return m
}

func hostPart(resource string) string {
	if !strings.Contains(resource, "://") {
		resource = "//" + resource
	}
	parsed, err := url.Parse(resource)
	if err != nil {
		return ""
	}
	return parsed.Host
}

// BucketStats is the usage of a bucket. No released host has ever recorded any,
// so RequestCount and Percentage are 0 and LastUsed is the zero time.
type BucketStats struct {
	Bucket       string
	RequestCount int
	Percentage   float64 // 0 to 100
	LastUsed     time.Time
}

// UnmarshalJSON reads a token and leaves no copy of a secret behind, neither in
// memory nor in its errors.
func (t *OAuthToken) UnmarshalJSON(raw []byte) error {
	if raw[0] != '{' {
		return &socket.MalformedDataError{What: "the token is not an object"}
	}
	var token OAuthToken
	err := token.read(raw)
	if err == nil && token.AccessToken.Empty() {
		err = &socket.MalformedDataError{What: "access_token is missing"}
	}
	if err != nil {
		token.Wipe()
		return err
	}
	*t = token
	return nil
}

// maxText is the longest free text, in bytes, that a token may bring.
const maxText = 8 << 10

// text is a JSON string of a bounded length; null is empty.
type text string

func (t *text) UnmarshalJSON(raw []byte) error {
	const longest, quotes = 6, 2 // bytes of an escaped byte; and what stands around
	switch {
	case string(raw) == "null":
		*t = ""
		return nil
	case raw[0] != '"':
		return &socket.MalformedDataError{What: "a text field is not a string"}
	case len(raw) <= longest*maxText+quotes:
		s, _ := rawjson.Text(raw)
		*t = text(s)
	}
	if len(raw) > longest*maxText+quotes || len(*t) > maxText {
		*t = ""
		return &socket.MalformedDataError{What: "a text field is over 8 KiB"}
	}
	return nil
}

// encode returns prefix with the token as save_token takes it behind it, in a
// buffer that never grows, for growing leaves copies of secrets behind. The
// refresh token is left out; hosts strip it anyway.
func (t *OAuthToken) encode(prefix []byte) ([]byte, error) {
	open, err := json.Marshal(struct {
		Expiry      Expiry `json:"expiry"`
		TokenType   string `json:"token_type"`
		Scope       string `json:"scope,omitempty"`
		ResourceURL string `json:"resource_url,omitempty"`
		AccountID   string `json:"account_id,omitempty"`
	}{t.Expiry, t.TokenType, t.Scope, t.ResourceURL, t.AccountID})
	if err != nil {
		return nil, err
	}
	const longest, names = 6, 64 // bytes of an escaped one; of the names and brackets
	room := len(prefix) + len(open) + longest*(len(t.AccessToken.Bytes())+len(t.IDToken.Bytes())) + names
	out := append(make([]byte, 0, room), prefix...)
	out = append(out, open[:len(open)-1]...)
	out = t.AccessToken.appendJSON(append(out, `,"access_token":`...))
	if !t.IDToken.Empty() {
		out = t.IDToken.appendJSON(append(out, `,"id_token":`...))
	}
	return append(out, '}'), nil
}

package tui

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"credscope/store"
)

// jsonSchema is the version of all documents. The README has them field by field.
const jsonSchema = 1

// Head begins every JSON document.
type Head struct {
	Schema  int        `json:"schema"`
	Command string     `json:"command"`
	At      string     `json:"at"`   // RFC 3339, UTC
	Host    *HostFacts `json:"host"` // null if no host is known
	Error   string     `json:"error,omitempty"`
}

// HostFacts are what is known of the host and the connection.
type HostFacts struct {
	Path       string         `json:"path"`
	Protocol   int            `json:"protocol"` // 0 before an accepted handshake
	PeerUID    int            `json:"peer_uid"` // -1 if unknown
	Capability string         `json:"capability"`
	Warnings   []string       `json:"warnings"`
	Requests   map[string]int `json:"requests"` // sent, by operation
}

// BucketFacts are a bucket of the documents.
type BucketFacts struct {
	Provider    string  `json:"provider"`
	Bucket      string  `json:"bucket"`
	Status      string  `json:"status"`
	Expires     *string `json:"expires"` // RFC 3339, UTC; null if there is no plausible time
	SecondsLeft *int64  `json:"seconds_left"`
	Asked       *string `json:"asked"`
	Listed      bool    `json:"listed"`
	UnusualName bool    `json:"unusual_name"`
	ListedTwice bool    `json:"listed_twice"`
	Error       string  `json:"error,omitempty"`
}

// TokenFacts are what may be shown of a token.
type TokenFacts struct {
	Type             string   `json:"type"`
	Scope            string   `json:"scope"`
	ResourceHost     string   `json:"resource_host"`
	AccountID        string   `json:"account_id"`
	DroppedFields    []string `json:"dropped_fields"`
	RefreshTokenSent bool     `json:"refresh_token_sent"`
}

// ListDocument is what list writes.
type ListDocument struct {
	Head
	ListsHidden bool          `json:"lists_hidden"`
	Buckets     []BucketFacts `json:"buckets"`
}

// ShownBucket is a bucket with its token, null if none could be read.
type ShownBucket struct {
	BucketFacts
	Token *TokenFacts `json:"token"`
}

// ShowDocument is what show writes.
type ShowDocument struct {
	Head
	ListsHidden bool          `json:"lists_hidden"`
	Buckets     []ShownBucket `json:"buckets"`
}

// RemovedBucket is a bucket as it was before, and what came of its removal.
type RemovedBucket struct {
	BucketFacts
	Verdict string `json:"verdict"`
	Message string `json:"message"`
}

// RemoveDocument is what remove writes.
type RemoveDocument struct {
	Head
	DryRun  bool            `json:"dry_run"`
	Buckets []RemovedBucket `json:"buckets"`
}

// DoctorDocument is what doctor writes.
type DoctorDocument struct {
	Head
	Steps  []Step `json:"steps"`
	Advice string `json:"advice"`
}

// Head begins a document. host is nil if no host is known.
func (r Report) Head(command string, host *store.Info, sentence string) Head {
	head := Head{Schema: jsonSchema, Command: command, At: rfc3339(r.At), Error: sentence}
	if host != nil {
		head.Host = &HostFacts{
			Path: host.Path, Protocol: host.Version, PeerUID: host.PeerUID, Capability: CapabilityWord(*host),
			Warnings: append([]string{}, host.Warnings...), Requests: host.Requests,
		}
	}
	return head
}

// CapabilityWord tells whether a capability was presented.
func CapabilityWord(host store.Info) string {
	switch {
	case host.Presented:
		return "presented"
	case host.Withheld:
		return "withheld"
	}
	return "none"
}

// Bucket returns the facts of a row.
func (r Report) Bucket(row Row) BucketFacts {
	b := row.bucket()
	f := BucketFacts{
		Provider: b.key.Provider, Bucket: b.key.Bucket, Status: b.health(r.At, r.StaleAfter).String(),
		Listed: row.Listed, UnusualName: b.odd && b.key.Bucket != "", ListedTwice: b.twice,
	}
	if at, ok := b.look.Metadata.Expiry.Time(); ok {
		expires, left := rfc3339(at), int64(at.Sub(r.At)/time.Second)
		f.Expires, f.SecondsLeft = &expires, &left
	}
	if b.checked {
		asked := rfc3339(b.asked)
		f.Asked = &asked
	}
	for _, err := range []error{b.look.Refusal, b.err} {
		if err != nil {
			f.Error = explain(err).sentence()
		}
	}
	return f
}

// Shown returns the facts of a row and its token.
func (r Report) Shown(row Row) ShownBucket {
	shown := ShownBucket{BucketFacts: r.Bucket(row)}
	if b := row.bucket(); b.look.Found {
		t := b.look.Metadata
		shown.Token = &TokenFacts{
			Type: t.TokenType, Scope: t.Scope, ResourceHost: t.ResourceHost, AccountID: t.AccountID,
			DroppedFields: append([]string{}, t.Dropped...), RefreshTokenSent: t.RefreshTokenSent,
		}
	}
	return shown
}

func rfc3339(at time.Time) string { return at.UTC().Format(time.RFC3339) }

// WriteJSON writes one document. Its strings are as the host sent them, so
// everything but printable ASCII is written as an escape.
func WriteJSON(w io.Writer, document any) error {
	var plain bytes.Buffer
	encoder := json.NewEncoder(&plain)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(document); err != nil {
		return err
	}
	_, err := w.Write(escaped(plain.Bytes()))
	return err
}

// escaped replaces what is not ASCII in a JSON text, which can only be in its
// strings.
func escaped(text []byte) []byte {
	out := make([]byte, 0, len(text))
	for len(text) > 0 {
		r, size := utf8.DecodeRune(text)
		switch {
		case r < 0x7f:
			out = append(out, byte(r))
		case r > 0xffff:
			high, low := utf16.EncodeRune(r)
			out = fmt.Appendf(out, `\u%04x\u%04x`, high, low)
		default:
			out = fmt.Appendf(out, `\u%04x`, r)
		}
		text = text[size:]
	}
	return out
}

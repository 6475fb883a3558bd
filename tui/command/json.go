package command

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"credscope/socket"
	"credscope/store"
	"credscope/tui/words"
)

// jsonSchema is the version of all documents. README.md beside this file has their fields.
const jsonSchema = 2

// head begins every document.
type head struct {
	Schema  int        `json:"schema"`
	Command string     `json:"command"`
	At      string     `json:"at"`   // RFC 3339, UTC
	Host    *hostFacts `json:"host"` // null if no host is known
	Error   string     `json:"error,omitempty"`
}

// hostFacts are what is known of the host and the connection.
type hostFacts struct {
	Path       string         `json:"path"`
	Protocol   int            `json:"protocol"` // 0 before an accepted handshake
	PeerUID    int            `json:"peer_uid"` // -1 if unknown
	Capability string         `json:"capability"`
	Warnings   []string       `json:"warnings"`
	Requests   map[string]int `json:"requests"` // sent, by operation
}

// bucketFacts are a bucket of the documents.
type bucketFacts struct {
	Provider    string  `json:"provider"`
	Bucket      string  `json:"bucket"` // "" for a provider whose buckets are not known
	Status      string  `json:"status"`
	Expires     *string `json:"expires"` // RFC 3339, UTC; null if there is no plausible time
	SecondsLeft *int64  `json:"seconds_left"`
	Checked     *string `json:"checked"` // when the host was last asked about it
	Listed      bool    `json:"listed"`
	UnusualName bool    `json:"unusual_name"`
	ListedTwice bool    `json:"listed_twice"`
	Error       string  `json:"error,omitempty"`
}

// tokenFacts are what may be shown of a token.
type tokenFacts struct {
	Type              string         `json:"type"`
	Scope             string         `json:"scope"`
	ResourceHost      string         `json:"resource_host"`
	AccountID         string         `json:"account_id"`
	DroppedFields     []string       `json:"dropped_fields"`
	NotKept           []notKeptField `json:"not_kept"` // the same fields
	FieldNamesLeftOut int            `json:"field_names_left_out"`
	RefreshTokenSent  bool           `json:"refresh_token_sent"`
	Usage             *struct{}      `json:"usage"` // always null: no host records it
}

// notKeptField is a field that came with a token, and why it was not kept.
type notKeptField struct {
	Field  string `json:"field"`
	Reason string `json:"reason"`
}

// listDocument is what list writes.
type listDocument struct {
	head
	ListsHidden bool          `json:"lists_hidden"`
	Buckets     []bucketFacts `json:"buckets"`
}

// checkedBucket is a bucket and whether its login lasts, null if that is unknown.
type checkedBucket struct {
	bucketFacts
	Lasts *bool `json:"lasts"`
}

// checkDocument is what check writes.
type checkDocument struct {
	head
	For     int64           `json:"for"` // seconds
	Buckets []checkedBucket `json:"buckets"`
}

// shownBucket is a bucket with its token, null if none could be read.
type shownBucket struct {
	bucketFacts
	Token *tokenFacts `json:"token"`
	Hints []string    `json:"hints"`
	Login string      `json:"login,omitempty"` // the host's command
}

// showDocument is what show writes.
type showDocument struct {
	head
	ListsHidden bool          `json:"lists_hidden"`
	Buckets     []shownBucket `json:"buckets"`
}

// changedBucket is a bucket, as it was before its removal or is after its renewal, and
// what came of that.
type changedBucket struct {
	bucketFacts
	Verdict string `json:"verdict"`
	Message string `json:"message"`
}

// changeDocument is what remove and renew write.
type changeDocument struct {
	head
	DryRun  bool            `json:"dry_run"`
	Buckets []changedBucket `json:"buckets"`
}

// doctorDocument is what doctor writes.
type doctorDocument struct {
	head
	Steps  []step `json:"steps"`
	Advice string `json:"advice"`
}

// head begins a document. host is nil if no host is known.
func (r report) head(command string, host *socket.Info, sentence string) head {
	h := head{Schema: jsonSchema, Command: command, At: rfc3339(r.at), Error: sentence}
	if host != nil {
		h.Host = &hostFacts{
			Path: host.Path, Protocol: host.Version, PeerUID: host.PeerUID, Capability: words.Capability(*host),
			Warnings: append([]string{}, host.Warnings...), Requests: host.Requests,
		}
	}
	return h
}

// facts returns the facts of a row.
func (r report) facts(l *listing, row row) bucketFacts {
	if row.bucket == nil {
		return bucketFacts{
			Provider: row.provider.Name, Status: store.Unchecked.String(), Listed: true,
			ListedTwice: row.provider.Duplicate, Error: words.Error(row.provider.Err),
		}
	}
	b := row.bucket
	status := l.inv.Status(b, r.at)
	f := bucketFacts{
		Provider: b.Key.Provider, Bucket: b.Key.Bucket, Status: status.String(),
		Listed: b.Listed, UnusualName: status == store.InvalidName, ListedTwice: row.listedTwice(),
	}
	if at, known := b.Expiry(); known {
		expires, left := rfc3339(at), int64(at.Sub(r.at)/time.Second)
		f.Expires, f.SecondsLeft = &expires, &left
	}
	if at := checkedAt(b); !at.IsZero() {
		checked := rfc3339(at)
		f.Checked = &checked
	}
	for _, err := range errorsOf(b) {
		f.Error = words.Error(err)
	}
	return f
}

// shown returns the facts of a row and its token.
func (r report) shownBucket(l *listing, row row) shownBucket {
	shown := shownBucket{bucketFacts: r.facts(l, row), Hints: []string{}}
	if row.bucket == nil {
		return shown
	}
	for _, hint := range words.Hints(l.inv, row.bucket, r.at) {
		shown.Hints = append(shown.Hints, strings.TrimPrefix(hint, "Hint: "))
	}
	if words.NeedsLogin(l.inv, row.bucket, r.at) {
		shown.Login = words.LoginCommand(row.bucket.Key, l.protocol)
	}
	if row.bucket.Token() == nil {
		return shown
	}
	t := row.bucket.Token()
	shown.Token = &tokenFacts{
		Type: t.TokenType, Scope: t.Scope, ResourceHost: t.ResourceHost, AccountID: t.AccountID,
		DroppedFields: []string{}, NotKept: []notKeptField{},
		FieldNamesLeftOut: t.NamesLeftOut, RefreshTokenSent: t.RefreshTokenSent,
	}
	for _, d := range t.Dropped {
		shown.Token.DroppedFields = append(shown.Token.DroppedFields, d.Name)
		shown.Token.NotKept = append(shown.Token.NotKept, notKeptField{d.Name, d.Reason.String()})
	}
	return shown
}

// writeDocument writes the one document of a run that ended with err. A command line
// that cannot be followed gets none.
func (e *Env) writeDocument(document any, err error) error {
	if _, wrong := errors.AsType[UsageError](err); wrong {
		return err
	}
	return cmp.Or(writeJSON(e.Out, document), err)
}

// writeJSON writes a document. Its strings are as the host sent them, so everything
// but printable ASCII is escaped.
func writeJSON(w io.Writer, document any) error {
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

// escaped replaces what is not ASCII in a JSON text, which can only be in its strings.
func escaped(plain []byte) []byte {
	out := make([]byte, 0, len(plain))
	for len(plain) > 0 {
		r, size := utf8.DecodeRune(plain)
		switch {
		case r < 0x7f:
			out = append(out, byte(r))
		case r > 0xffff:
			high, low := utf16.EncodeRune(r)
			out = fmt.Appendf(out, `\u%04x\u%04x`, high, low)
		default:
			out = fmt.Appendf(out, `\u%04x`, r)
		}
		plain = plain[size:]
	}
	return out
}

package socket

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"time"
	"unicode/utf8"

	"credscope/socket/rawjson"
)

const (
	opHandshake = "handshake"
	opCancel    = "cancel"

	maxCode    = 64   // bytes kept of a refusal's code
	maxMessage = 1024 // bytes kept of a refusal's text
	maxWord    = 64   // bytes compared of an id or an operation; ours are shorter
)

// field is the JSON text of one member's value, nil if the member is absent. It
// is a slice of the frame and valid as long as the frame is.
type field []byte

func (f field) absent() bool   { return f == nil }
func (f field) isObject() bool { return len(f) > 0 && f[0] == '{' }
func (f field) isTrue() bool   { return string(f) == "true" }
func (f field) isFalse() bool  { return string(f) == "false" }

// text returns the value of a JSON string.
func (f field) text() (string, bool) {
	if len(f) < 2 || f[0] != '"' {
		return "", false
	}
	inside := f[1 : len(f)-1]
	if !bytes.ContainsFunc(inside, func(r rune) bool { return r == '\\' || r >= utf8.RuneSelf }) {
		return string(inside), true
	}
	var s string
	if err := json.Unmarshal(f, &s); err != nil {
		return "", false
	}
	return s, true
}

// prefix returns at most limit bytes of the value of a JSON string. It does not
// decode the rest, so a short prefix does not keep a long string in memory.
func (f field) prefix(limit int) (s string, ok bool) {
	const longestEscape = 6 // bytes of JSON text for one byte of the value
	enough := longestEscape * (limit + utf8.UTFMax)
	if len(f) <= enough || f[0] != '"' {
		s, ok = f.text()
		return shorten(s, limit), ok
	}
	at := 1
	for at < enough {
		switch {
		case f[at] != '\\':
			at++
		case f[at+1] == 'u':
			at += 6
		default:
			at += 2
		}
	}
	s, ok = field(append(bytes.Clone(f[:at]), '"')).text()
	return shorten(s, limit), ok
}

// shorten cuts s to at most limit bytes, between two runes.
func shorten(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	for limit > 0 && !utf8.RuneStart(s[limit]) {
		limit--
	}
	return s[:limit]
}

// number returns the value of a JSON number within the range of float64.
func (f field) number() (float64, bool) {
	var n float64
	if len(f) == 0 || f[0] == 'n' || json.Unmarshal(f, &n) != nil {
		return 0, false
	}
	return n, true
}

// member returns the value of an object's member by its exact name. Of duplicate
// members the last one counts. Anything but an object has no members.
func (f field) member(name string) (value field) {
	f.visit(func(n []byte, v field) {
		if string(n) == name {
			value = v
		}
	})
	return value
}

func (f field) visit(do func(name []byte, value field)) {
	if f.isObject() {
		_ = rawjson.Members(f, func(name, value []byte) error {
			do(name, value)
			return nil
		})
	}
}

// message is a received frame, with its values not decoded yet: a request, a
// reply, or a handshake from either end. Names of members are compared byte for
// byte. Of duplicate members the last one counts.
type message struct{ V, ID, Op, Payload, OK, Data, Code, Error, RetryAfter field }

// readMessage reads a frame of valid JSON. Anything but an object is an empty
// message.
func readMessage(frame []byte) (m message) {
	field(trimBlanks(frame)).visit(func(name []byte, value field) {
		switch string(name) {
		case "v":
			m.V = value
		case "id":
			m.ID = value
		case "op":
			m.Op = value
		case "payload":
			m.Payload = value
		case "ok":
			m.OK = value
		case "data":
			m.Data = value
		case "code":
			m.Code = value
		case "error":
			m.Error = value
		case "retryAfter":
			m.RetryAfter = value
		}
	})
	return m
}

// parseMessage reads a frame that must be one JSON object. Its errors quote
// nothing of the frame. A frame over MaxFrameV1 must be valid UTF-8, because
// decoding replaces each invalid byte by three.
func parseMessage(frame []byte) (m message, err error) {
	object := trimBlanks(frame)
	switch {
	case len(frame) > MaxFrameV1 && !utf8.Valid(frame):
		return m, &ProtocolError{What: "not UTF-8"}
	case !field(object).isObject():
		return m, &ProtocolError{What: "not a JSON object"}
	case !json.Valid(object):
		return m, &ProtocolError{What: "broken JSON"}
	}
	return readMessage(object), nil
}

func trimBlanks(text []byte) []byte { return bytes.TrimLeft(text, " \t\r\n") }

// decodeReply decodes a reply to op into result, which may be nil. After a
// *ProtocolError the connection is unusable; any other error is the outcome of
// this one request.
func (m *message) decodeReply(op string, result any) error {
	if m.OK.isTrue() && m.Code.absent() && m.Error.absent() && m.RetryAfter.absent() {
		return m.decodeData(op, result)
	}
	refusal, err := m.refusal(op)
	switch {
	case err != nil:
		return err
	case m.OK.isFalse() && m.Data.absent():
		return refusal
	case m.OK.isTrue() && m.Code.absent() && m.Error.absent():
		return m.decodeData(op, result)
	case m.OK.isTrue() || m.OK.isFalse():
		return &ProtocolError{Op: op, What: "both a success and a refusal"}
	default:
		return &ProtocolError{Op: op, What: "ok is not true or false"}
	}
}

func (m *message) refusal(op string) (*ResponseError, error) {
	e := &ResponseError{Op: op}
	var ok bool
	if e.Code, ok = m.Code.prefix(maxCode); !ok && !m.Code.absent() {
		return nil, &ProtocolError{Op: op, What: "code is not a string"}
	}
	if e.Message, ok = m.Error.prefix(maxMessage); !ok && !m.Error.absent() {
		return nil, &ProtocolError{Op: op, What: "error is not a string"}
	}
	seconds, ok := m.RetryAfter.number()
	if !ok && !m.RetryAfter.absent() {
		return nil, &ProtocolError{Op: op, What: "retryAfter is not a number"}
	}
	e.RetryAfter = retryAfter(seconds)
	return e, nil
}

// retryAfter returns seconds rounded up, between 1 s and 5 min. It returns 0 if
// seconds is not positive.
func retryAfter(seconds float64) time.Duration {
	if seconds <= 0 {
		return 0
	}
	return time.Duration(min(max(math.Ceil(seconds), 1), 300)) * time.Second
}

func (m *message) decodeData(op string, result any) error {
	if !m.Data.absent() && !m.Data.isObject() {
		return &ProtocolError{Op: op, What: "data is not an object"}
	}
	if result == nil {
		return nil
	}
	if m.Data.absent() {
		return &MalformedDataError{Op: op, What: "data is missing"}
	}
	err := rawjson.Unmarshal(m.Data, result)
	if err == nil {
		return nil
	}
	what := "data cannot be read"
	if malformed, ok := errors.AsType[*MalformedDataError](err); ok {
		what = malformed.What
	} else if mistyped, ok := errors.AsType[*rawjson.TypeError](err); ok {
		what = mistyped.Error()
	}
	return &MalformedDataError{Op: op, What: what}
}

// errNotObject is a payload other than a JSON object. Some hosts exit on a null.
var errNotObject = errors.New("payload is not a JSON object")

// encodeObject returns v as a JSON object, {} for nil. It returns a
// json.RawMessage unchanged, without a copy.
func encodeObject(v any) ([]byte, error) {
	if v == nil {
		return []byte("{}"), nil
	}
	if raw, ok := v.(json.RawMessage); ok {
		if !field(raw).isObject() || !json.Valid(raw) {
			return nil, errNotObject
		}
		return raw, nil
	}
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		return nil, err
	}
	if !field(b.Bytes()).isObject() {
		return nil, errNotObject
	}
	return bytes.TrimRight(b.Bytes(), "\n"), nil
}

// encodeRequest returns the sealed frame of a request. id and op must not need
// escaping.
func encodeRequest(version int, id, op string, payload []byte) []byte {
	frame := newFrame(len(payload) + len(id) + len(op) + 40)
	frame = append(frame, `{"v":`...)
	frame = append(frame, byte('0'+version))
	frame = append(frame, `,"id":"`...)
	frame = append(frame, id...)
	frame = append(frame, `","op":"`...)
	frame = append(frame, op...)
	frame = append(frame, `","payload":`...)
	frame = append(frame, payload...)
	return seal(append(frame, '}'))
}

// maxID is the longest id, in bytes of JSON text, that a host repeats.
const maxID = 1024

// requestID returns the id to reply with, and whether the request has a usable one.
// Like released hosts it accepts other values than strings.
func (m *message) requestID() (id string, ok bool) {
	if m.ID.absent() || string(m.ID) == "null" || len(m.ID) > maxID {
		return "unknown", false
	}
	if text, isText := m.ID.text(); isText {
		return text, text != ""
	}
	return string(m.ID), string(m.ID) != "0" && string(m.ID) != "false"
}

// sentReply is a reply as sent by the host. Empty members are left out, because
// released clients treat a null as a malformed reply.
type sentReply struct {
	ID         string          `json:"id"`
	OK         bool            `json:"ok"`
	Data       json.RawMessage `json:"data,omitempty"`
	Code       string          `json:"code,omitempty"`
	Error      string          `json:"error,omitempty"`
	RetryAfter int             `json:"retryAfter,omitempty"` // seconds
}

func newRefusal(id, code, message string) sentReply {
	return sentReply{ID: id, Code: code, Error: message}
}

// newReply returns the reply for what a Handler returned: data already encoded,
// or an error.
func newReply(id string, data []byte, err error) sentReply {
	if refused, ok := errors.AsType[*ResponseError](err); ok {
		r := newRefusal(id, refused.Code, refused.Message)
		r.RetryAfter = int(refused.RetryAfter / time.Second)
		return r
	}
	if err != nil {
		return newRefusal(id, CodeInternalError, err.Error())
	}
	return sentReply{ID: id, OK: true, Data: data}
}

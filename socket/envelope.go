package socket

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"strings"
	"time"
	"unicode/utf8"

	"credscope/socket/rawjson"
)

const (
	maxCode    = 64   // bytes kept of a refusal's code
	maxMessage = 1024 // bytes kept of a refusal's text
	maxWord    = 64   // bytes of an id or an operation that are compared; ours are shorter
)

// field is a JSON value as it stands in the frame: nil if it was absent. It
// borrows the frame's bytes and is valid as long as they are.
type field []byte

// UnmarshalJSON borrows instead of copying, so that no second copy of a secret
// is left in memory.
func (f *field) UnmarshalJSON(raw []byte) error {
	*f = raw
	return nil
}

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

// beginning returns the value of a JSON string, cut to limit bytes. A longer one
// is not decoded whole, for what is kept of it would keep all of it.
func (f field) beginning(limit int) (string, bool) {
	const longest = 6 // bytes of the frame that become one byte of the value
	enough := longest * (limit + utf8.UTFMax)
	if len(f) <= enough || f[0] != '"' {
		s, ok := f.text()
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
	s, ok := field(append(bytes.Clone(f[:at]), '"')).text()
	return shorten(s, limit), ok
}

// number returns the value of a JSON number that a float64 can hold.
func (f field) number() (float64, bool) {
	var n float64
	if len(f) == 0 || f[0] == 'n' || json.Unmarshal(f, &n) != nil {
		return 0, false
	}
	return n, true
}

// members are the fields of a frame by name. Letter case in names does not
// count, and of two with one name the last one does, as with encoding/json.
type members []namedField

type namedField struct {
	name string
	into *field
}

func (m members) set(name, value []byte) error {
	for _, known := range m {
		if strings.EqualFold(known.name, string(name)) {
			*known.into = value
		}
	}
	return nil
}

// decodeObject finds the members of a frame that must be one JSON object. Its
// errors name no value. A byte that is no UTF-8 is replaced by three when it is
// decoded, so a long frame may have none.
func decodeObject(frame []byte, into members) error {
	if len(frame) > MaxFrameV1 && !utf8.Valid(frame) {
		return &ProtocolError{What: "not UTF-8"}
	}
	object := bytes.TrimLeft(frame, " \t\r\n")
	if len(object) == 0 || object[0] != '{' {
		return &ProtocolError{What: "not a JSON object"}
	}
	if !json.Valid(object) {
		return &ProtocolError{What: "broken JSON"}
	}
	return rawjson.Members(object, into.set)
}

// reply is a host's frame after the handshake, its values unread.
type reply struct{ ID, OK, Data, Code, Message, RetryAfter field }

func (r *reply) members() members {
	return members{
		{"id", &r.ID}, {"ok", &r.OK}, {"data", &r.Data}, {"code", &r.Code}, {"error", &r.Message}, {"retryAfter", &r.RetryAfter},
	}
}

// outcome checks the reply to op and decodes its data into result. An error of
// type *ProtocolError condemns the connection; any other belongs to the request.
func (r *reply) outcome(op string, result any) error {
	if r.OK.isTrue() && r.Code.absent() && r.Message.absent() && r.RetryAfter.absent() {
		return r.decodeData(op, result)
	}
	refusal, err := r.refusal(op)
	switch {
	case err != nil:
		return err
	case r.OK.isFalse() && r.Data.absent():
		return refusal
	case r.OK.isTrue() && r.Code.absent() && r.Message.absent():
		return r.decodeData(op, result)
	case r.OK.isTrue() || r.OK.isFalse():
		return &ProtocolError{Op: op, What: "both a success and a refusal"}
	default:
		return &ProtocolError{Op: op, What: "ok is not true or false"}
	}
}

func (r *reply) refusal(op string) (*ResponseError, error) {
	e := &ResponseError{Op: op}
	var ok bool
	if e.Code, ok = r.Code.beginning(maxCode); !ok && !r.Code.absent() {
		return nil, &ProtocolError{Op: op, What: "code is not a string"}
	}
	if e.Message, ok = r.Message.beginning(maxMessage); !ok && !r.Message.absent() {
		return nil, &ProtocolError{Op: op, What: "error is not a string"}
	}
	seconds, ok := r.RetryAfter.number()
	if !ok && !r.RetryAfter.absent() {
		return nil, &ProtocolError{Op: op, What: "retryAfter is not a number"}
	}
	e.RetryAfter = retryAfter(seconds)
	return e, nil
}

// retryAfter turns the host's seconds into whole ones between 1 s and 5 min;
// what is no waiting time at all becomes 0.
func retryAfter(seconds float64) time.Duration {
	if seconds <= 0 {
		return 0
	}
	return time.Duration(min(max(math.Ceil(seconds), 1), 300)) * time.Second
}

func (r *reply) decodeData(op string, result any) error {
	if !r.Data.absent() && !r.Data.isObject() {
		return &ProtocolError{Op: op, What: "data is not an object"}
	}
	if result == nil {
		return nil
	}
	if r.Data.absent() {
		return &MalformedDataError{Op: op, What: "data is missing"}
	}
	err := decodeInto(r.Data, result)
	if err == nil {
		return nil
	}
	if shape, ok := errors.AsType[*MalformedDataError](err); ok {
		return &MalformedDataError{Op: op, What: shape.What}
	}
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return &MalformedDataError{Op: op, What: wrong.Field + " has the wrong type"}
	}
	return &MalformedDataError{Op: op, What: "data cannot be read"}
}

// decodeInto is json.Unmarshal of data that is known to be valid.
func decodeInto(data []byte, result any) error {
	if own, ok := result.(json.Unmarshaler); ok {
		return own.UnmarshalJSON(data)
	}
	return json.Unmarshal(data, result)
}

// encodePayload returns payload as a JSON object, {} for nil. A json.RawMessage
// is taken as it stands.
func encodePayload(payload any) ([]byte, error) {
	if payload == nil {
		return []byte("{}"), nil
	}
	if raw, ok := payload.(json.RawMessage); ok {
		if !field(raw).isObject() || !json.Valid(raw) {
			return nil, errNotObject
		}
		return raw, nil
	}
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(payload); err != nil {
		return nil, err
	}
	if !field(b.Bytes()).isObject() {
		return nil, errNotObject
	}
	return bytes.TrimRight(b.Bytes(), "\n"), nil
}

// errNotObject refuses what no host takes: some end over a frame that is null.
var errNotObject = errors.New("payload is not a JSON object")

// encodeRequest builds a sealed request frame. id and op are our own words and
// need no escaping.
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

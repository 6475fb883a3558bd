package socket

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"strconv"
	"time"
)

// handshakeOffer is a client's first frame, its values unread.
type handshakeOffer struct {
	V       field `json:"v"`
	Payload struct {
		Min        field `json:"minVersion"`
		Max        field `json:"maxVersion"`
		Capability field `json:"capabilityToken"`
	} `json:"payload"`
}

// negotiate returns the version to speak, 0 for none. highest is the host's.
func (o *handshakeOffer) negotiate(highest int) int {
	v, hasV := o.V.number()
	low, hasLow := o.Payload.Min.number()
	high, hasHigh := o.Payload.Max.number()
	bounded := hasLow && hasHigh
	within := bounded && low <= high && high >= minVersion && low <= float64(highest)
	switch {
	case highest == 1 && hasV && v == 1:
		return 1
	case bounded && (low != math.Trunc(low) || high != math.Trunc(high)):
		return 0
	case within:
		return int(min(high, float64(highest)))
	case !bounded && hasV && v == math.Trunc(v) && v >= minVersion && v <= float64(highest):
		return int(v)
	}
	return 0
}

type handshakeAnswer struct {
	V     int            `json:"v"`
	Op    string         `json:"op"`
	OK    bool           `json:"ok"`
	Data  map[string]int `json:"data,omitempty"`
	Code  string         `json:"code,omitempty"`
	Error string         `json:"error,omitempty"`
}

// answer is a reply. Released clients take a null for a malformed reply, so
// what is empty is left out.
type answer struct {
	ID         string          `json:"id"`
	OK         bool            `json:"ok"`
	Data       json.RawMessage `json:"data,omitempty"`
	Code       string          `json:"code,omitempty"`
	Error      string          `json:"error,omitempty"`
	RetryAfter int             `json:"retryAfter,omitempty"`
}

func refusal(id, code, message string) answer {
	return answer{ID: id, Code: code, Error: message}
}

// errCancelled is the cause of a request's end by the client's own cancel.
var errCancelled = errors.New("operation cancelled")

// dispatch checks one request and starts it.
func (s *session) dispatch(frame []byte) {
	var request struct{ ID, Op, Payload field }
	_ = json.Unmarshal(frame, &request) // what is no object has neither id nor op
	id, valid := requestID(request.ID)
	op, _ := request.Op.text()
	if !valid || op == "" {
		s.reply(refusal(id, "INVALID_REQUEST", "Missing request id or op"))
		return
	}
	payload := json.RawMessage("{}")
	if request.Payload.isObject() {
		payload = json.RawMessage(request.Payload)
	}
	if op == opCancel && s.o.MaxVersion > 1 {
		s.cancel(id, payload)
		return
	}
	ctx, done, busy := s.begin(id)
	if busy != "" {
		code := "RESOURCE_EXHAUSTED"
		if busy == duplicateID {
			code = "INVALID_REQUEST"
		}
		s.reply(refusal(id, code, busy))
		return
	}
	s.requests.Go(func() {
		defer func() {
			if recover() != nil {
				s.stop() // one request's answer may not end the host
			}
		}()
		s.answer(ctx, done, id, Call{Op: op, Payload: payload, Restricted: s.restricted})
	})
}

// maxID is the longest id, in bytes, that is echoed.
const maxID = 1024

// requestID returns the id to reply with and whether it is one at all.
func requestID(raw field) (id string, valid bool) {
	if raw.absent() || string(raw) == "null" || len(raw) > maxID {
		return "unknown", false
	}
	if text, ok := raw.text(); ok {
		return text, text != ""
	}
	return string(raw), string(raw) != "0" && string(raw) != "false"
}

const (
	duplicateID = "Duplicate request id"
	tooMany     = "Too many concurrent requests"
)

// begin notes a request as in flight, or says why it may not start.
func (s *session) begin(id string) (ctx context.Context, done func(), busy string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	ctx, cancel := context.WithCancelCause(s.ctx)
	if s.o.MaxVersion == 1 {
		return ctx, func() { cancel(nil) }, ""
	}
	if _, taken := s.inFlight[id]; taken {
		cancel(nil)
		return nil, nil, duplicateID
	}
	if len(s.inFlight) >= maxInFlight {
		cancel(nil)
		return nil, nil, tooMany
	}
	s.inFlight[id] = cancel
	return ctx, func() {
		s.mu.Lock()
		delete(s.inFlight, id)
		s.mu.Unlock()
		cancel(nil)
	}, ""
}

// answer runs the handler. Like released hosts it replies in the ordinary way
// to a request cancelled meanwhile, and then once more with CANCELLED.
func (s *session) answer(ctx context.Context, done func(), id string, call Call) {
	body, err := s.handle(ctx, call)
	cancelled := errors.Is(context.Cause(ctx), errCancelled)
	done() // before the reply: who has read it may ask anew
	switch {
	case errors.Is(err, ErrHangUp):
		s.stop()
		return
	case errors.Is(err, ErrNoReply):
	default:
		s.reply(newAnswer(id, body, err))
	}
	if cancelled {
		s.reply(refusal(id, "CANCELLED", "Operation cancelled"))
	}
}

// handle runs the handler and encodes its data.
func (s *session) handle(ctx context.Context, call Call) (body []byte, err error) {
	defer func() {
		if recover() != nil {
			err = errors.New("the handler failed")
		}
	}()
	data, err := s.handler.Handle(ctx, call)
	if err != nil {
		return nil, err
	}
	if body, err = encodePayload(data); err != nil {
		err = errNotEncoded
	}
	return body, err
}

var errNotEncoded = errors.New("the answer could not be encoded")

func newAnswer(id string, body []byte, err error) answer {
	if refused, ok := errors.AsType[*ResponseError](err); ok {
		a := refusal(id, refused.Code, refused.Message)
		a.RetryAfter = int(refused.RetryAfter / time.Second)
		return a
	}
	if err != nil {
		return refusal(id, "INTERNAL_ERROR", err.Error())
	}
	return answer{ID: id, OK: true, Data: body}
}

// reply sends a, or in its place the refusal of a frame that the client could
// not take. A failed write has ended the session.
func (s *session) reply(a answer) {
	body, err := encodePayload(a)
	switch size := len(body); {
	case err != nil:
		body, _ = encodePayload(refusal(a.ID, "INTERNAL_ERROR", errNotEncoded.Error()))
	case s.o.MaxVersion == 1 && size > MaxFrameV1, s.version > 1 && size > MaxFrame:
		body, _ = encodePayload(refusal(a.ID, "INTERNAL_ERROR", "Frame exceeds maximum size"))
	case s.o.MaxVersion > 1 && s.version == 1 && size > MaxFrameV1-headerSize:
		body, _ = encodePayload(refusal(a.ID, "RESPONSE_TOO_LARGE", "Response exceeds maximum frame size for protocol version 1"))
	}
	_ = s.send(json.RawMessage(body))
}

// cancel ends the context of a request in flight.
func (s *session) cancel(id string, payload json.RawMessage) {
	var target struct {
		ID field `json:"targetId"`
	}
	_ = json.Unmarshal(payload, &target)
	targetID, _ := target.ID.text()
	if targetID == "" {
		s.reply(refusal(id, "INVALID_REQUEST", "Missing targetId"))
		return
	}
	s.mu.Lock()
	end, found := s.inFlight[targetID]
	s.mu.Unlock()
	if found {
		end(errCancelled)
	}
	s.reply(answer{ID: id, OK: true, Data: json.RawMessage(`{"cancelled":` + strconv.FormatBool(found) + `}`)})
}

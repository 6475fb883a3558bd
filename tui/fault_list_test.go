package tui

import (
	"fmt"
	"strings"
)

// phase is what a request is for.
type phase int

const (
	atHandshake phase = iota
	atProviders
	atBuckets
	atCheck          // get_token before the question
	atFinalCheck     // get_token after the answer, before the first removal
	atRemoval        // remove_token
	atBucketsAgain   // list_buckets after a removal
	atProvidersAgain // list_providers, if there was no bucket
	atTokenAgain     // get_token, if it was in no list
	atRenewal        // refresh_token
	atRenewedToken   // get_token after a renewal
)

var phases = map[phase]string{
	atHandshake: "handshake", atProviders: "list_providers", atBuckets: "list_buckets", atCheck: "look", atFinalCheck: "last look",
	atRemoval: "remove_token", atBucketsAgain: "list_buckets again", atProvidersAgain: "list_providers again", atTokenAgain: "get_token again",
	atRenewal: "refresh_token", atRenewedToken: "get_token after a renewal",
}

// script is when the host does what, in place of an honest reply.
type script struct {
	phase phase
	nth   int // request of the phase, from 0
	fault *fault
	acts  bool // a removal or renewal is carried out all the same
}

// due returns the fault that is to happen at a request, nil if none.
func (h *faultyHost) due(a *asking) *fault {
	h.mu.Lock()
	defer h.mu.Unlock()
	p, told := h.phaseOf(a.Op)
	if !told {
		return nil
	}
	n := h.seen[p]
	h.seen[p]++
	if h.fired || h.script.fault == nil || p != h.script.phase || n != h.script.nth {
		return nil
	}
	h.fired = true
	close(h.happens)
	return h.script.fault
}

func (h *faultyHost) phaseOf(op string) (p phase, told bool) {
	started := h.seen[atRemoval] > 0
	if h.seen[atRenewal] > 0 && op == "get_token" {
		return atRenewedToken, true
	}
	switch op {
	case "handshake":
		return atHandshake, true
	case "remove_token":
		return atRemoval, true
	case "refresh_token":
		return atRenewal, true
	case "list_providers":
		return either(started, atProvidersAgain, atProviders), true
	case "list_buckets":
		return either(started, atBucketsAgain, atBuckets), true
	case "get_token":
		return either(started, atTokenAgain, either(h.question, atFinalCheck, atCheck)), true
	}
	return 0, false
}

func either(second bool, then, otherwise phase) phase {
	if second {
		return then
	}
	return otherwise
}

// fault is one way to fail a request.
type fault struct {
	name   string
	unread bool // the connection is closed with the request in it
	slow   bool // shows only when the client's patience ends
	plays  func(p *play) next
	only   []phase // where it makes sense; nil is everywhere
}

// play is one request at which the fault happens.
type play struct {
	stream interface {
		Write(b []byte) (int, error)
		CloseWrite() error
	}
	host    *faultyHost
	request *asking
	id      string
	reply   string // the honest one
}

func (p *play) send(body string) { p.raw(string(framed(body))) }

// raw writes as far as the client still takes it.
func (p *play) raw(bytes string) { _, _ = p.stream.Write([]byte(bytes)) }

// next is what becomes of the connection.
type next bool

const (
	goOn   next = true
	hangUp next = false
)

// says answers with something else.
func says(body func(id, honest string) string) func(*play) next {
	return func(p *play) next {
		p.send(body(p.id, p.reply))
		return goOn
	}
}

// writes puts bytes on the wire as they are and goes on or not.
func writes(then next, bytes func(frame string) string) func(*play) next {
	return func(p *play) next {
		p.raw(bytes(string(framed(p.reply))))
		return then
	}
}

// turns changes the host's mood and answers honestly, for the last time perhaps.
func turns(m mood) func(*play) next {
	return func(p *play) next {
		p.host.mu.Lock()
		p.host.mood = m
		p.host.mu.Unlock()
		p.send(p.reply)
		return goOn
	}
}

// strays are n replies that nobody asked for.
func strays(n int) string {
	var b strings.Builder
	for i := range n {
		b.Write(framed(good(fmt.Sprintf("stray-%d", i), "{}")))
	}
	return b.String()
}

func owe(p *play, do func()) {
	p.host.mu.Lock()
	defer p.host.mu.Unlock()
	p.host.owed = append(p.host.owed, do)
}

// actLate carries a removal or renewal out that nobody has been told of yet.
func (p *play) actLate() {
	p.host.mu.Lock()
	defer p.host.mu.Unlock()
	if p.request.Op == "refresh_token" {
		p.host.renew(p.request.key())
		p.host.late[p.request.key()] = true
		return
	}
	if _, there := p.host.held[p.request.key()]; there {
		delete(p.host.held, p.request.key())
		p.host.late[p.request.key()] = true
	}
}

// afterRemoval are the phases in which the host is asked what is left.
var afterRemoval = []phase{atRemoval, atBucketsAgain, atProvidersAgain, atTokenAgain}

// afterRenewal are the phases in which the host is asked what it has renewed.
var afterRenewal = []phase{atRenewal, atRenewedToken}

// faults is every way to fail that the matrix knows.
func faults() []*fault {
	all := []*fault{
		{name: "reset", unread: true},
		{name: "close", plays: func(*play) next { return hangUp }},
		{name: "half-close", plays: func(p *play) next { _ = p.stream.CloseWrite(); return goOn }},
		{name: "reply and close", plays: writes(hangUp, func(frame string) string { return frame })},
		{name: "half a reply", plays: writes(hangUp, func(frame string) string { return frame[:len(frame)/2] })},
		{name: "half a header", plays: writes(hangUp, func(frame string) string { return frame[:2] })},
		{name: "empty frame", plays: writes(goOn, func(string) string { return "\x00\x00\x00\x00" })},
		{name: "4 GiB frame", plays: writes(goOn, func(string) string { return "\xff\xff\xff\xff" })},
		{name: "reply and garbage", plays: writes(goOn, func(frame string) string { return frame + "\x00\x00\x00\x03{{{" })},
		{name: "garbage", plays: says(func(string, string) string { return `{"id":` })},
		{name: "an array", plays: says(func(string, string) string { return `[]` })},
		{name: "null", plays: says(func(string, string) string { return `null` })},
		{name: "ok missing", plays: says(func(id, _ string) string { return fmt.Sprintf(`{"id":%q}`, id) })},
		{name: "ok a string", plays: says(func(id, _ string) string { return fmt.Sprintf(`{"id":%q,"ok":"true"}`, id) })},
		{name: "ok and a code", plays: says(func(id, _ string) string {
			return fmt.Sprintf(`{"id":%q,"ok":true,"data":{},"code":"NOT_FOUND","error":"no"}`, id)
		})},
		{name: "refused with data", plays: says(func(id, _ string) string {
			return fmt.Sprintf(`{"id":%q,"ok":false,"data":{},"code":"NOT_FOUND"}`, id)
		})},
		{name: "data a number", plays: says(func(id, _ string) string { return good(id, "7") })},
		{name: "data empty", plays: says(func(id, _ string) string { return good(id, "{}") })},
		{name: "data null", plays: says(func(id, _ string) string { return good(id, "null") })},
		{name: "silence", slow: true, plays: func(*play) next { return goOn }},
		{name: "another id", slow: true, plays: says(func(id, honest string) string { return strings.Replace(honest, id, "nobody", 1) })},
		{name: "late reply", slow: true, plays: func(p *play) next { owe(p, func() { p.send(p.reply) }); return goOn }},
		{name: "late act", slow: true, only: []phase{atRemoval, atRenewal}, plays: func(p *play) next {
			owe(p, func() { owe(p, func() { p.actLate(); p.send(p.reply) }) })
			return goOn
		}},
		{name: "twice", plays: writes(goOn, func(frame string) string { return frame + frame })},
		{name: "ok, then an error", plays: func(p *play) next { p.send(p.reply); p.send(refusing(p.id, "INTERNAL_ERROR", "")); return goOn }},
		{name: "an error, then ok", plays: func(p *play) next { p.send(refusing(p.id, "INTERNAL_ERROR", "")); p.send(p.reply); return goOn }},
		{name: "some strays", plays: writes(goOn, func(frame string) string { return strays(64) + frame })},
		{name: "a flood", plays: writes(goOn, func(frame string) string { return strays(2000) + frame })},
		{name: "blank lists", only: afterRemoval, plays: turns(blank)},
		{name: "lists without it", only: afterRemoval, plays: turns(omitting)},
		{name: "old lists", only: afterRemoval, plays: turns(outOfDate)},
		{name: "tokens hidden", only: append(afterRenewal, afterRemoval...), plays: turns(secretive)},
		{name: "keyring locked", only: append(afterRenewal, afterRemoval...), plays: turns(locked)},
		{name: "old tokens", only: afterRenewal, plays: turns(forgetful)},
	}
	for _, code := range []string{"REAUTH_REQUIRED", "REFRESH_FAILED", "REFRESH_NOT_AVAILABLE", "PROVIDER_NOT_FOUND"} {
		all = append(all, &fault{name: code, only: []phase{atRenewal}, plays: says(func(id, _ string) string { return refusing(id, code, "") })})
	}
	for _, code := range []string{
		"RESOURCE_EXHAUSTED", "INTERNAL_ERROR", "INVALID_REQUEST", "RESPONSE_TOO_LARGE", "CANCELLED",
		"FORBIDDEN", "UNAUTHORIZED", "NOT_FOUND", "UNKNOWN_VERSION", "TEAPOT",
	} {
		all = append(all, &fault{name: code, plays: says(func(id, _ string) string { return refusing(id, code, "") })})
	}
	for _, after := range []string{"", `7`, `0`, `-1`, `1e9`, `"7"`, `null`} {
		more := ""
		if after != "" {
			more = `,"retryAfter":` + after
		}
		all = append(all, &fault{name: "RATE_LIMITED " + after, plays: says(func(id, _ string) string { return refusing(id, "RATE_LIMITED", more) })})
	}
	return all
}

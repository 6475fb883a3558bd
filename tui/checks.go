package tui

import (
	"credscope/socket"
	"credscope/store"
)

const (
	// checksAtOnce is how many checks are under way at most.
	checksAtOnce = socket.MaxInFlight
	// automaticChecks is how many buckets are checked without being asked for.
	automaticChecks = 200
	// maxMisses ends the automatic checks: so many in a row gave no token. No more
	// than these are sent to a host that hands out none.
	maxMisses = 8
)

// checks decides which buckets are checked next. What a person asks for goes
// first. Each bucket is checked by itself at most once.
type checks struct {
	disabled  bool // nothing is checked by itself
	wanted    []checkRequest
	automatic []checkRequest
	queued    map[store.Key]bool // in one of the queues
	running   map[store.Key]checkRequest
	tried     map[store.Key]bool // checked, or about to be
	numTried  int                // by itself
	misses    int                // automatic checks without a token since the last one with
	last      uint               // generation
}

func newChecks(disabled bool) checks {
	return checks{
		disabled: disabled, queued: map[store.Key]bool{}, running: map[store.Key]checkRequest{}, tried: map[store.Key]bool{},
	}
}

// ask queues checks that a person wants.
func (c *checks) ask(keys []store.Key, announce bool) {
	for _, key := range keys {
		if !c.isPending(key) {
			c.wanted = append(c.wanted, c.request(key, announce))
		}
	}
}

// offer queues buckets to be checked by themselves, as far as the limits allow.
func (c *checks) offer(keys []store.Key) {
	for _, key := range keys {
		if c.disabled || c.numTried >= automaticChecks || c.misses >= maxMisses {
			return
		}
		if !c.tried[key] {
			c.numTried++
			c.automatic = append(c.automatic, c.request(key, false))
		}
	}
}

func (c *checks) request(key store.Key, announce bool) checkRequest {
	c.last++
	c.queued[key], c.tried[key] = true, true
	return checkRequest{generation: c.last, key: key, announce: announce}
}

// start returns the checks to be sent now.
func (c *checks) start() (next []checkRequest) {
	for len(c.running) < checksAtOnce {
		queue := &c.wanted
		if len(c.wanted) == 0 {
			queue = &c.automatic
		}
		if len(*queue) == 0 || queue == &c.automatic && c.misses+len(c.running) >= maxMisses {
			break
		}
		request := (*queue)[0]
		*queue = (*queue)[1:]
		delete(c.queued, request.key)
		c.running[request.key] = request
		next = append(next, request)
	}
	return next
}

// accept reports whether an answer is waited for.
func (c *checks) accept(msg checkedMsg) bool {
	if running, ok := c.running[msg.key]; !ok || running.generation != msg.generation {
		return false
	}
	delete(c.running, msg.key)
	switch {
	case msg.err == nil && msg.check.Found:
		c.misses = 0
	default:
		if c.misses++; c.misses >= maxMisses {
			c.dropAutomatic()
		}
	}
	return true
}

func (c *checks) dropAutomatic() {
	for _, request := range c.automatic {
		delete(c.queued, request.key)
		delete(c.tried, request.key)
	}
	c.automatic = nil
}

// isPending reports whether a bucket is being checked or waits for it.
func (c *checks) isPending(key store.Key) bool {
	_, running := c.running[key]
	return running || c.queued[key]
}

// left is how many checks have not been answered.
func (c *checks) left() int { return len(c.running) + len(c.wanted) + len(c.automatic) }

// cancel drops what has not been sent.
func (c *checks) cancel() {
	for _, request := range c.wanted {
		delete(c.queued, request.key)
		delete(c.tried, request.key)
	}
	c.wanted = nil
	c.dropAutomatic()
}

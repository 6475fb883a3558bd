package socket

import (
	"context"
	"errors"
	"net"
	"time"
)

// connected returns the current link, connecting if there is none. Callers who
// come while a connect is under way wait for that one.
func (c *Client) connected(ctx context.Context) (*link, error) {
	c.mu.Lock()
	if c.end != nil || c.current != nil {
		defer c.mu.Unlock()
		return c.current, c.end
	}
	a := c.attempt
	if a == nil {
		a = &attempt{done: make(chan struct{})}
		c.attempt = a
		c.running.Go(func() {
			defer c.rescue(a)
			c.connect(a)
		})
	}
	c.mu.Unlock()
	select {
	case <-a.done:
		return a.link, a.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// connect runs one attempt and then, if it succeeded, reads the link until its end.
func (c *Client) connect(a *attempt) {
	l, err := c.shakeHands()
	c.mu.Lock()
	c.attempt = nil
	if c.end != nil {
		err = c.end
	}
	if err == nil {
		c.current = l
	}
	c.mu.Unlock()
	if err != nil && l != nil {
		l.finish(err)
		l.conn.wipe()
		l = nil
	}
	a.link, a.err = l, err
	close(a.done)
	if l != nil {
		l.start()
		l.read()
	}
}

// rescue turns a panic of the goroutine that connects into the client's loss, so
// that nobody waits for it in vain. It panics with no lock held.
func (c *Client) rescue(a *attempt) {
	if recover() == nil {
		return
	}
	loss := &LostError{Cause: &ProtocolError{What: "the answer could not be handled"}}
	c.mu.Lock()
	l := c.current
	c.attempt = nil
	c.latchLocked(loss)
	c.mu.Unlock()
	if l != nil {
		l.finish(loss)
	}
	select {
	case <-a.done:
	default:
		a.err = loss
		close(a.done)
	}
}

// shakeHands makes a connection, checks it and speaks first.
func (c *Client) shakeHands() (l *link, err error) {
	var stream net.Conn
	defer func() {
		if recover() != nil {
			if stream != nil {
				_ = stream.Close()
			}
			err = &HandshakeError{Kind: HandshakeMalformed, Err: &ProtocolError{What: "the answer could not be handled"}}
		}
	}()
	ctx, cancel := context.WithTimeout(c.ctx, c.o.Timeout)
	defer cancel()
	var seen *identity
	var warnings []string
	stream, seen, warnings, err = c.dial(ctx)
	if err != nil {
		return nil, err
	}
	if err := c.recognise(seen); err != nil {
		_ = stream.Close()
		return nil, err
	}
	var capability []byte
	if c.o.Capability != nil && len(warnings) == 0 {
		capability = c.o.Capability.Bytes()
	}
	defer closeAfter(c.ctx, stream)()

	frames := newConn(stream, MaxFrame)
	frames.deadline = time.Now().Add(c.o.Timeout)
	version, err := offerHandshake(frames, capability)
	c.met(seen, warnings, version, len(capability) > 0)
	if err != nil {
		_ = stream.Close()
		frames.wipe()
		return nil, err
	}
	frames.deadline = time.Time{}
	c.o.Log.Debug("connected", "version", version)
	return newLink(frames, version, c.o.Idle, c), nil
}

func (c *Client) dial(ctx context.Context) (net.Conn, *identity, []string, error) {
	if c.o.Dial != nil {
		stream, err := c.o.Dial(ctx, c.path)
		return stream, nil, nil, err
	}
	stream, seen, warnings, err := dialPath(ctx, c.path)
	return stream, &seen, warnings, err
}

// recognise refuses a host other than the one of the first connection: after
// our own idle close somebody else may have taken the path.
func (c *Client) recognise(seen *identity) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.host == nil || seen == nil || *c.host == *seen {
		return nil
	}
	loss := &LostError{Cause: &ConnectError{Kind: Replaced, Path: c.path, Detail: "another host answers at the path"}}
	c.latchLocked(loss)
	return loss
}

// met records what a handshake, accepted or not, has shown.
func (c *Client) met(seen *identity, warnings []string, version int, presented bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.info.Warnings = warnings
	c.info.Presented = presented
	c.info.Withheld = c.o.Capability != nil && len(warnings) > 0
	if seen != nil {
		c.info.PeerUID = seen.peer
	}
	if version > 0 {
		c.host = seen
		c.info.Version = version
		c.info.Handshakes++
	}
}

// linkEnded is told the end of a link before any of its callers, so that no
// request can find neither the link nor its loss.
func (c *Client) linkEnded(l *link, reason error) {
	lost := errors.Is(reason, ErrLost)
	c.mu.Lock()
	if c.current == l {
		c.current = nil
	}
	if lost {
		c.latchLocked(reason)
	}
	c.mu.Unlock()
	if lost {
		c.o.Log.Debug("connection lost")
	}
}

// latchLocked makes a loss final.
func (c *Client) latchLocked(loss error) {
	if c.end != nil {
		return
	}
	c.end = loss
	close(c.lost)
}

// sent counts a request that left.
func (c *Client) sent(op string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.info.Requests[op]++
}

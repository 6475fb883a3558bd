package tui

import (
	"context"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"
)

// pending waits for one answer. A new request makes every earlier answer late, and
// late answers are dropped, errors included.
type pending struct {
	generation uint
	busy       bool
}

// start returns the generation of a new request.
func (p *pending) start() uint {
	p.generation++
	p.busy = true
	return p.generation
}

// accept reports whether an answer is the one that is waited for.
func (p *pending) accept(generation uint) bool {
	if !p.busy || generation != p.generation {
		return false
	}
	p.busy = false
	return true
}

// batcher collects the answers of many requests, so that those that arrive together
// are one message and one redraw.
type batcher struct {
	wake chan struct{} // holds one token while there are messages

	mu       sync.Mutex // guards the field below
	messages []tea.Msg
}

func newBatcher() *batcher { return &batcher{wake: make(chan struct{}, 1)} }

// batchMsg has the messages that came together, in the order of their arrival.
type batchMsg struct{ messages []tea.Msg }

func (b *batcher) add(msg tea.Msg) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.messages = append(b.messages, msg)
	select {
	case b.wake <- struct{}{}:
	default:
	}
}

// batchFor is how long messages are collected once the first has come: short
// enough for the renderer's next frame.
const batchFor = time.Second / 500

// next waits for messages. Its command is returned anew after each batchMsg.
func (b *batcher) next(ctx context.Context) tea.Cmd {
	return func() tea.Msg {
		select {
		case <-b.wake:
		case <-ctx.Done():
			return nil
		}
		select {
		case <-time.After(batchFor):
		case <-ctx.Done():
		}
		b.mu.Lock()
		defer b.mu.Unlock()
		select {
		case <-b.wake: // for messages that are taken now
		default:
		}
		batch := batchMsg{b.messages}
		b.messages = nil
		return batch
	}
}

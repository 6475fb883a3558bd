package tui

import (
	"context"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"
)

// slot is a place on the screen that waits for one answer. Asking again makes
// every earlier answer late, and a late answer is dropped unread, errors included.
type slot struct {
	ticket uint
	busy   bool
}

func (s *slot) ask() (ticket uint) {
	s.ticket++
	s.busy = true
	return s.ticket
}

func (s *slot) accept(ticket uint) bool {
	if !s.busy || ticket != s.ticket {
		return false
	}
	s.busy = false
	return true
}

// mailbox gathers the answers of many requests, so that those that arrive
// together are one message and one redraw.
type mailbox struct {
	bell chan struct{} // holds one token while there are letters

	mu      sync.Mutex // guards the field below
	letters []tea.Msg
}

func newMailbox() *mailbox { return &mailbox{bell: make(chan struct{}, 1)} }

// mailMsg carries the answers that came together, in order of arrival.
type mailMsg struct{ letters []tea.Msg }

func (b *mailbox) put(letter tea.Msg) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.letters = append(b.letters, letter)
	select {
	case b.bell <- struct{}{}:
	default:
	}
}

// gatherFor is how long letters are collected once the first has come: so short
// that they are still in the renderer's next frame, as a rule.
const gatherFor = time.Second / 500

// next waits for letters; its command is to be returned anew after each mailMsg.
func (b *mailbox) next(ctx context.Context) tea.Cmd {
	return func() tea.Msg {
		select {
		case <-b.bell:
		case <-ctx.Done():
			return nil
		}
		select {
		case <-time.After(gatherFor):
		case <-ctx.Done():
		}
		b.mu.Lock()
		defer b.mu.Unlock()
		select {
		case <-b.bell: // rung again since, for letters that are taken now
		default:
		}
		mail := mailMsg{b.letters}
		b.letters = nil
		return mail
	}
}

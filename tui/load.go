package tui

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"credscope/store"
)

// loader turns questions to the host into commands. A command captures what it
// needs and never the model; its answers carry the ticket of the question and
// the time they came.
type loader struct {
	ctx   context.Context
	store *store.ProxyTokenStore
	now   func() time.Time
	mail  *mailbox
}

// The answers. An error is looked at only after the ticket.
type (
	providersMsg struct {
		ticket uint
		names  []string
		err    error
		at     time.Time
	}
	bucketsMsg struct {
		ticket   uint
		provider string
		names    []string
		err      error
		at       time.Time
	}
	lookMsg struct {
		lookAsk
		look store.Look
		err  error
		at   time.Time
	}
	recheckedMsg struct {
		looks []store.Look // in the order of the targets, like errs
		errs  []error
	}
	removedMsg struct {
		outcome store.Outcome
		at      time.Time
	}
	lostMsg struct{ at time.Time }
)

type bucketsAsk struct {
	ticket   uint
	provider string
}

type lookAsk struct {
	ticket uint
	key    store.Key
	loud   bool // a person asked, so the result is worth a message
}

func (l loader) providers(ticket uint) tea.Cmd {
	return func() tea.Msg {
		names, err := l.store.ListProviders(l.ctx)
		return providersMsg{ticket, names, err, l.now()}
	}
}

// buckets asks for the buckets of several providers.
func (l loader) buckets(asks []bucketsAsk) tea.Cmd {
	return l.each(len(asks), func(i int) tea.Msg {
		names, err := l.store.ListBuckets(l.ctx, asks[i].provider)
		return bucketsMsg{asks[i].ticket, asks[i].provider, names, err, l.now()}
	})
}

// looks looks at several buckets, until ctx ends.
func (l loader) looks(ctx context.Context, asks []lookAsk) tea.Cmd {
	return l.each(len(asks), func(i int) tea.Msg {
		look, err := l.store.Look(ctx, asks[i].key)
		return lookMsg{asks[i], look, err, l.now()}
	})
}

// each answers n questions by mail.
func (l loader) each(n int, answer func(i int) tea.Msg) tea.Cmd {
	if n == 0 {
		return nil
	}
	return func() tea.Msg {
		store.AtOnce(n, func(i int) { l.mail.put(answer(i)) })
		return nil
	}
}

// recheck looks at the targets of a removal once more, before the first is sent.
func (l loader) recheck(targets []target) tea.Cmd {
	return func() tea.Msg {
		msg := recheckedMsg{looks: make([]store.Look, len(targets)), errs: make([]error, len(targets))}
		store.AtOnce(len(targets), func(i int) { msg.looks[i], msg.errs[i] = l.store.Look(l.ctx, targets[i].key) })
		return msg
	}
}

func (l loader) remove(r store.Removal) tea.Cmd {
	return func() tea.Msg {
		return removedMsg{l.store.RemoveVerified(l.ctx, r), l.now()}
	}
}

// loss waits for the connection to be lost, whether or not anybody is asking.
func (l loader) loss() tea.Cmd {
	return func() tea.Msg {
		select {
		case <-l.store.Client().Lost():
			return lostMsg{l.now()}
		case <-l.ctx.Done():
			return nil
		}
	}
}

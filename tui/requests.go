package tui

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"credscope/store"
	"credscope/store/inventory"
)

// requests turns questions to the host into commands. A command captures what it
// needs and never the model. Its answers carry the generation of the question and
// the time of their arrival.
type requests struct {
	ctx   context.Context
	store *store.ProxyTokenStore
	now   func() time.Time
	queue *batcher
}

// The answers. An error is read only after the generation was accepted.
type (
	providersListedMsg struct {
		generation uint
		names      []string
		err        error
		at         time.Time
	}
	bucketsListedMsg struct {
		listRequest
		names []string
		err   error
		at    time.Time
	}
	checkedMsg struct {
		checkRequest
		check store.Check
		err   error
		at    time.Time
	}
	// stepMsg is a step of the run of a plan.
	stepMsg struct {
		inventory.Event
		at time.Time
	}
	// runEndedMsg is the end of a run. err is nil or a *inventory.CalledOffError.
	runEndedMsg struct {
		err error
		at  time.Time
	}
	connectionLostMsg struct{ at time.Time }
	// requestEndedMsg is any request that has ended, for the history.
	requestEndedMsg struct {
		store.Request
		at time.Time
	}
)

type listRequest struct {
	generation uint
	provider   string
}

type checkRequest struct {
	generation uint
	key        store.Key
	announce   bool // a person asked for it, so its result is worth a message
}

func (r requests) listProviders(generation uint) tea.Cmd {
	return func() tea.Msg {
		names, err := r.store.ListProviders(r.ctx)
		return providersListedMsg{generation, names, err, r.now()}
	}
}

// listBuckets asks for the buckets of several providers.
func (r requests) listBuckets(asked []listRequest) tea.Cmd {
	if len(asked) == 0 {
		return nil
	}
	return func() tea.Msg {
		store.ForEachLimit(len(asked), func(i int) {
			names, err := r.store.ListBuckets(r.ctx, asked[i].provider)
			r.queue.add(bucketsListedMsg{asked[i], names, err, r.now()})
		})
		return nil
	}
}

func (r requests) check(asked checkRequest) tea.Cmd {
	return func() tea.Msg {
		check, err := r.store.Check(r.ctx, asked.key)
		r.queue.add(checkedMsg{asked, check, err, r.now()})
		return nil
	}
}

// run runs a plan whose first target has a place in the ledger.
func (r requests) run(p *inventory.Plan, ledger *inventory.Ledger, place int, stop <-chan struct{}) tea.Cmd {
	return func() tea.Msg {
		_, err := p.Run(r.ctx, r.store, stop, func(e inventory.Event) {
			ledger.Note(place, e)
			r.queue.add(stepMsg{e, r.now()})
		})
		r.queue.add(runEndedMsg{err, r.now()})
		return nil
	}
}

// after sends a message after a time, unless the inspector ends before.
func (r requests) after(d time.Duration, msg tea.Msg) tea.Cmd {
	return func() tea.Msg {
		timer := time.NewTimer(d)
		defer timer.Stop()
		select {
		case <-timer.C:
			return msg
		case <-r.ctx.Done():
			return nil
		}
	}
}

// waitForLoss waits for the loss of the connection.
func (r requests) waitForLoss() tea.Cmd {
	return func() tea.Msg {
		select {
		case <-r.store.Client().Lost():
			return connectionLostMsg{r.now()}
		case <-r.ctx.Done():
			return nil
		}
	}
}

package tui

import (
	"context"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"
)

func TestOnlyTheAnswerToTheLastQuestionIsAccepted(t *testing.T) {
	var s pending
	if s.accept(0) || s.accept(1) {
		t.Error("an answer to no question was accepted")
	}
	first := s.start()
	second := s.start()
	third := s.start()
	for _, late := range []uint{first, second, third + 1, 0} {
		if s.accept(late) {
			t.Errorf("the answer with generation %d was accepted", late)
		}
		if !s.busy {
			t.Fatal("a late answer ended the waiting")
		}
	}
	if !s.accept(third) || s.busy {
		t.Error("the answer was not accepted")
	}
	if s.accept(third) {
		t.Error("a second answer to one question was accepted")
	}
	if s.start() == third {
		t.Error("two questions have the same generation")
	}
}

type note struct{ sender, n int }

// wait starts next on a goroutine of its own.
func wait(ctx context.Context, b *batcher) <-chan tea.Msg {
	got := make(chan tea.Msg, 1)
	go func() { got <- b.next(ctx)() }()
	return got
}

func addAll(b *batcher, messages ...tea.Msg) {
	for _, l := range messages {
		b.add(l)
	}
}

func TestMessagesThatArriveTogetherAreOneMessageInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBatcher()
		got := wait(t.Context(), b)
		synctest.Wait()
		start := time.Now()
		addAll(b, note{1, 1}, note{1, 2})
		time.Sleep(batchFor - 1)
		addAll(b, note{1, 3})
		batch, ok := (<-got).(batchMsg)
		if want := []tea.Msg{note{1, 1}, note{1, 2}, note{1, 3}}; !ok || !slices.Equal(batch.messages, want) {
			t.Errorf("came: %v", batch.messages)
		}
		if waited := time.Since(start); waited != batchFor {
			t.Errorf("after %v, not %v", waited, batchFor)
		}
	})
}

func TestAMessageThatWasThereBeforeAnybodyAskedArrives(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBatcher()
		addAll(b, note{1, 1}, note{1, 2})
		batch, _ := (<-wait(t.Context(), b)).(batchMsg)
		if !slices.Equal(batch.messages, []tea.Msg{note{1, 1}, note{1, 2}}) {
			t.Errorf("came: %v", batch.messages)
		}
	})
}

func TestALaterMessageIsInALaterMessage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBatcher()
		b.add(note{1, 1})
		first, _ := (<-wait(t.Context(), b)).(batchMsg)
		got := wait(t.Context(), b)
		synctest.Wait()
		select {
		case msg := <-got:
			t.Fatalf("a message of its own accord: %v", msg)
		default:
		}
		b.add(note{1, 2})
		second, _ := (<-got).(batchMsg)
		if !slices.Equal(first.messages, []tea.Msg{note{1, 1}}) || !slices.Equal(second.messages, []tea.Msg{note{1, 2}}) {
			t.Errorf("came: %v and %v", first.messages, second.messages)
		}
	})
}

func TestTheEndOfTheProgramEndsTheWaitForMessages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBatcher()
		ctx, end := context.WithCancel(t.Context())
		got := wait(ctx, b)
		synctest.Wait()
		end()
		if msg := <-got; msg != nil {
			t.Errorf("came: %v", msg)
		}
	})
}

func TestTheEndOfTheProgramLosesNoMessageThatWasComing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBatcher()
		ctx, end := context.WithCancel(t.Context())
		got := wait(ctx, b)
		b.add(note{1, 1})
		synctest.Wait()
		start := time.Now()
		end()
		batch, _ := (<-got).(batchMsg)
		if !slices.Equal(batch.messages, []tea.Msg{note{1, 1}}) || time.Since(start) != 0 {
			t.Errorf("came after %v: %v", time.Since(start), batch.messages)
		}
	})
}

func TestNoMessageIsLostOrComesTwiceWhileManyAdd(t *testing.T) {
	const senders, each = 8, 500
	synctest.Test(t, func(t *testing.T) {
		b := newBatcher()
		var sending sync.WaitGroup
		for sender := range senders {
			sending.Go(func() {
				for n := range each {
					b.add(note{sender, n})
					if n%97 == sender {
						time.Sleep(batchFor / 5)
					}
				}
			})
		}
		var next [senders]int
		for received := 0; received < senders*each; {
			batch := (<-wait(t.Context(), b)).(batchMsg)
			for _, msg := range batch.messages {
				got := msg.(note)
				if got.n != next[got.sender] {
					t.Fatalf("message %d of sender %d came for %d", got.n, got.sender, next[got.sender])
				}
				next[got.sender]++
				received++
			}
		}
		sending.Wait()
		if len(b.messages) != 0 {
			t.Errorf("left behind: %v", b.messages)
		}
	})
}

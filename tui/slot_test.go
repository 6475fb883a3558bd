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
	var s slot
	if s.accept(0) || s.accept(1) {
		t.Error("an answer to no question was accepted")
	}
	first := s.ask()
	second := s.ask()
	third := s.ask()
	for _, late := range []uint{first, second, third + 1, 0} {
		if s.accept(late) {
			t.Errorf("the answer with ticket %d was accepted", late)
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
	if s.ask() == third {
		t.Error("two questions have the same ticket")
	}
}

type letter struct{ sender, n int }

// post starts next on a goroutine of its own.
func post(ctx context.Context, b *mailbox) <-chan tea.Msg {
	got := make(chan tea.Msg, 1)
	go func() { got <- b.next(ctx)() }()
	return got
}

func putAll(b *mailbox, letters ...tea.Msg) {
	for _, l := range letters {
		b.put(l)
	}
}

func TestLettersThatArriveTogetherAreOneMessageInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newMailbox()
		got := post(t.Context(), b)
		synctest.Wait()
		start := time.Now()
		putAll(b, letter{1, 1}, letter{1, 2})
		time.Sleep(gatherFor - 1)
		putAll(b, letter{1, 3})
		mail, ok := (<-got).(mailMsg)
		if want := []tea.Msg{letter{1, 1}, letter{1, 2}, letter{1, 3}}; !ok || !slices.Equal(mail.letters, want) {
			t.Errorf("came: %v", mail.letters)
		}
		if waited := time.Since(start); waited != gatherFor {
			t.Errorf("after %v, not %v", waited, gatherFor)
		}
	})
}

func TestALetterThatWasThereBeforeAnybodyAskedArrives(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newMailbox()
		putAll(b, letter{1, 1}, letter{1, 2})
		mail, _ := (<-post(t.Context(), b)).(mailMsg)
		if !slices.Equal(mail.letters, []tea.Msg{letter{1, 1}, letter{1, 2}}) {
			t.Errorf("came: %v", mail.letters)
		}
	})
}

func TestALaterLetterIsInALaterMessage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newMailbox()
		b.put(letter{1, 1})
		first, _ := (<-post(t.Context(), b)).(mailMsg)
		got := post(t.Context(), b)
		synctest.Wait()
		select {
		case msg := <-got:
			t.Fatalf("a message of its own accord: %v", msg)
		default:
		}
		b.put(letter{1, 2})
		second, _ := (<-got).(mailMsg)
		if !slices.Equal(first.letters, []tea.Msg{letter{1, 1}}) || !slices.Equal(second.letters, []tea.Msg{letter{1, 2}}) {
			t.Errorf("came: %v and %v", first.letters, second.letters)
		}
	})
}

func TestTheEndOfTheProgramEndsTheWaitForLetters(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newMailbox()
		ctx, end := context.WithCancel(t.Context())
		got := post(ctx, b)
		synctest.Wait()
		end()
		if msg := <-got; msg != nil {
			t.Errorf("came: %v", msg)
		}
	})
}

func TestTheEndOfTheProgramLosesNoLetterThatWasComing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newMailbox()
		ctx, end := context.WithCancel(t.Context())
		got := post(ctx, b)
		b.put(letter{1, 1})
		synctest.Wait()
		start := time.Now()
		end()
		mail, _ := (<-got).(mailMsg)
		if !slices.Equal(mail.letters, []tea.Msg{letter{1, 1}}) || time.Since(start) != 0 {
			t.Errorf("came after %v: %v", time.Since(start), mail.letters)
		}
	})
}

func TestNoLetterIsLostOrComesTwiceWhileManyPut(t *testing.T) {
	const senders, each = 8, 500
	synctest.Test(t, func(t *testing.T) {
		b := newMailbox()
		var sending sync.WaitGroup
		for sender := range senders {
			sending.Go(func() {
				for n := range each {
					b.put(letter{sender, n})
					if n%97 == sender {
						time.Sleep(gatherFor / 5)
					}
				}
			})
		}
		var next [senders]int
		for received := 0; received < senders*each; {
			mail := (<-post(t.Context(), b)).(mailMsg)
			for _, msg := range mail.letters {
				l := msg.(letter)
				if l.n != next[l.sender] {
					t.Fatalf("letter %d of sender %d came for %d", l.n, l.sender, next[l.sender])
				}
				next[l.sender]++
				received++
			}
		}
		sending.Wait()
		if len(b.letters) != 0 {
			t.Errorf("left in the box: %v", b.letters)
		}
	})
}

package inventory_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"credscope/socket"
	"credscope/socket/leaktest"
	"credscope/store"
	"credscope/store/demo"
	"credscope/store/inventory"
)

var now = time.Date(2026, 11, 23, 14, 5, 0, 0, time.UTC)

// bench is a demo host on a real socket and a store that asks it.
type bench struct {
	*testing.T
	host  *demo.Host
	store *store.ProxyTokenStore
	asked []string // by the final check and the run
}

func start(t *testing.T, scenario string) *bench {
	t.Helper()
	leaktest.Name(t)
	h, err := demo.Start(demo.Options{Scenario: scenario, Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	s := store.NewProxyTokenStore(h.Path(), store.Options{})
	t.Cleanup(func() {
		_ = s.Close()
		if err := h.Close(); err != nil {
			t.Error(err)
		}
	})
	return &bench{T: t, host: h, store: s}
}

func key(name string) store.Key {
	provider, bucket, _ := strings.Cut(name, "/")
	return store.Key{Provider: provider, Bucket: bucket}
}

// target is a listed bucket as a check shows it now.
func (b *bench) target(name string) inventory.Target {
	b.Helper()
	look, err := b.store.Check(b.Context(), key(name))
	if err != nil {
		b.Fatal(err)
	}
	return inventory.Target{Key: key(name), Status: look.Status(now, store.DefaultStaleAfter), Check: &look, Listed: true}
}

func (b *bench) plan(names ...string) *inventory.Plan {
	b.Helper()
	var targets []inventory.Target
	for _, name := range names {
		targets = append(targets, b.target(name))
	}
	return inventory.NewRemoval(targets, false)
}

// run carries the plan out and returns what came of each target, in a word.
func (b *bench) run(p *inventory.Plan) (verdicts []string, outcomes []store.Outcome, err error) {
	b.Helper()
	before := len(b.host.Calls())
	outcomes, err = p.Run(b.Context(), b.store, nil, func(inventory.Event) {})
	for _, call := range b.host.Calls()[before:] {
		b.asked = append(b.asked, call.Op)
	}
	for _, o := range outcomes {
		verdicts = append(verdicts, o.String())
	}
	return verdicts, outcomes, err
}

func (b *bench) sent() int { return b.host.Count("remove_token") }

// hook answers an operation in place of the host from its nth call on.
func (b *bench) hook(op string, from int, instead func(answer func() (any, error)) (any, error)) {
	var n atomic.Int64
	b.host.SetHook(func(_ context.Context, call demo.Call, answer func() (any, error)) (any, error) {
		if call.Op == op {
			if n.Add(1) >= int64(from) {
				return instead(answer)
			}
		}
		return answer()
	})
}

func refuse(code store.Code) func(func() (any, error)) (any, error) {
	return func(func() (any, error)) (any, error) {
		return nil, &socket.ResponseError{Code: string(code), Message: "no"}
	}
}

func TestARunChecksOnceMoreAndThenRemovesOneAfterTheOther(t *testing.T) {
	b := start(t, "default")
	p := b.plan("codex/ci-runner", "gemini/old-laptop")
	verdicts, _, err := b.run(p)
	if err != nil || !slices.Equal(verdicts, []string{"removed", "removed"}) {
		t.Errorf("%v, %v", verdicts, err)
	}
	check := b.asked[:5]
	slices.Sort(check)
	want := strings.Fields("get_token get_token list_buckets list_buckets list_providers" +
		" remove_token list_buckets list_providers get_token remove_token list_buckets list_providers get_token")
	if !slices.Equal(b.asked, want) {
		t.Errorf("asked %v", b.asked)
	}
	if slices.Contains(b.host.Keys(), key("codex/ci-runner")) || slices.Contains(b.host.Keys(), key("gemini/old-laptop")) || len(b.host.Keys()) != 11 {
		t.Errorf("left %v", b.host.Keys())
	}
}

func TestProvidersAndBucketsThatWereRemovedAreNotMissed(t *testing.T) {
	b := start(t, "default")
	verdicts, _, err := b.run(b.plan("gemini/default", "gemini/old-laptop", "anthropic/default"))
	if err != nil || !slices.Equal(verdicts, []string{"removed", "removed", "removed"}) {
		t.Errorf("%v, %v", verdicts, err)
	}
}

func TestOfAHostsLastBucketsTheLastIsNoLongerShown(t *testing.T) {
	b := start(t, "empty")
	for _, name := range []string{"codex/a", "codex/b"} {
		b.host.Put(key(name), now.Add(-time.Hour))
	}
	verdicts, outcomes, err := b.run(b.plan("codex/a", "codex/b"))
	if err != nil || !slices.Equal(verdicts, []string{"removed", "no longer shown"}) {
		t.Errorf("%v, %v", verdicts, err)
	}
	if shown := outcomes[1].Shown; shown == nil || len(shown.Providers) != 0 {
		t.Errorf("shown afterwards: %v", shown)
	}
}

func TestWhatIsNotAsItWasShownCallsTheRemovalOff(t *testing.T) {
	for _, test := range []struct {
		name   string
		change func(b *bench)
		reason inventory.CalledOff
		about  string
		is     error
	}{
		{"another expiry", func(b *bench) { b.host.Put(key("gemini/old-laptop"), now.Add(time.Hour)) }, inventory.Changed, "gemini/old-laptop", nil},
		{"not listed any more", func(b *bench) { b.host.Drop(key("gemini/old-laptop")) }, inventory.NotListed, "gemini/old-laptop", nil},
		{"providers cannot be had", func(b *bench) { b.hook("list_providers", 1, refuse(store.InternalError)) }, inventory.NoAnswer, "", store.InternalError},
		{"buckets cannot be had", func(b *bench) { b.hook("list_buckets", 1, refuse(store.InternalError)) }, inventory.NoAnswer, "codex", store.InternalError},
		{"a token cannot be had", func(b *bench) { b.hook("get_token", 2, refuse(store.InternalError)) }, inventory.NoAnswer, "", store.InternalError},
		{"every list is empty", func(b *bench) {
			b.hook("list_providers", 1, func(func() (any, error)) (any, error) { return map[string]any{"providers": []string{}}, nil })
		}, inventory.NotListed, "codex/ci-runner", nil},
		{"listed twice", func(b *bench) {
			b.hook("list_buckets", 1, func(func() (any, error)) (any, error) {
				return map[string]any{"buckets": []string{"ci-runner", "ci-runner", "old-laptop"}}, nil
			})
		}, inventory.ListedTwice, "codex/ci-runner", nil},
		{"the token is readable now", func(b *bench) { b.host.Put(key("gemini/default"), now.Add(-time.Hour)) }, inventory.Changed, "gemini/default", nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			b := start(t, "default")
			p := b.plan("codex/ci-runner", "gemini/old-laptop", "gemini/default")
			test.change(b)
			verdicts, _, err := b.run(p)
			off, ok := errors.AsType[*inventory.CalledOffError](err)
			if !ok || off.Reason != test.reason || (test.is != nil && !errors.Is(err, test.is)) {
				t.Fatalf("%#v", err)
			}
			if about := strings.TrimSuffix(off.Key.Provider+"/"+off.Key.Bucket, "/"); test.about != "" && about != test.about {
				t.Errorf("about %q, want %q", about, test.about)
			}
			if !slices.Equal(verdicts, []string{"not started", "not started", "not started"}) || b.sent() != 0 {
				t.Errorf("%v, %d sent", verdicts, b.sent())
			}
		})
	}
}

func TestANameThatOnlyAPersonGaveHasToExist(t *testing.T) {
	b := start(t, "default")
	named := []inventory.Target{{Key: key("codex/nobody"), Status: store.Unchecked}}
	_, _, err := b.run(inventory.NewRemoval(named, false))
	if off, ok := errors.AsType[*inventory.CalledOffError](err); !ok || off.Reason != inventory.NoSuchName || b.sent() != 0 {
		t.Errorf("%v, %d sent", err, b.sent())
	}
}

func TestARunEndsWithARefusalALossOrWhatCannotBeTold(t *testing.T) {
	hangUp := func(func() (any, error)) (any, error) { return nil, socket.ErrHangUp }
	for _, test := range []struct {
		name     string
		scenario string
		hook     func(b *bench)
		want     []string
	}{
		{"a refusal", "default", func(b *bench) { b.hook("remove_token", 2, refuse(store.Forbidden)) }, []string{"removed", "refused by the host", "not started"}},
		{"a loss", "default", func(b *bench) { b.hook("remove_token", 2, hangUp) }, []string{"removed", "unknown", "not started"}},
		{"a loss while asking again", "default", func(b *bench) { b.hook("list_buckets", 4, hangUp) }, []string{"removed", "cannot confirm", "not started"}},
		{"the first that cannot be confirmed", "fallback", func(*bench) {}, []string{"cannot confirm", "not started", "not started"}},
		{"a neighbour that vanished", "neighbour", func(*bench) {}, []string{"cannot confirm", "not started", "not started"}},
		{"a list that cannot be had afterwards", "default", func(b *bench) { b.hook("list_buckets", 4, refuse(store.InternalError)) }, []string{"removed", "cannot confirm", "not started"}},
		{"not a host that says OK and keeps them", "liar", func(*bench) {}, []string{"still there (host said OK)", "still there (host said OK)", "still there (host said OK)"}},
		{"not an error", "default", func(b *bench) { b.hook("remove_token", 2, refuse(store.InternalError)) }, []string{"removed", "still there", "still there"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			b := start(t, test.scenario)
			p := b.plan("codex/ci-runner", "codex/default", "gemini/old-laptop")
			test.hook(b)
			verdicts, _, err := b.run(p)
			if err != nil || !slices.Equal(verdicts, test.want) {
				t.Errorf("%v, %v; want %v", verdicts, err, test.want)
			}
		})
	}
}

func TestTheKeyringThatFailsAtTheRemovalConfirmsNothing(t *testing.T) {
	b := start(t, "fallback")
	_, outcomes, _ := b.run(b.plan("codex/ci-runner"))
	o := outcomes[0]
	if o.Verdict != store.CannotConfirm || !slices.Contains(o.Missing, key("codex/default")) || len(b.host.Keys()) != 13 {
		t.Errorf("%s, missing %v, the host holds %d", o.Verdict, o.Missing, len(b.host.Keys()))
	}
}

func TestAfterAStopNothingMoreIsSent(t *testing.T) {
	b := start(t, "default")
	p := b.plan("codex/ci-runner", "codex/default", "gemini/old-laptop")
	stop := make(chan struct{})
	var events []inventory.Event
	outcomes, err := p.Run(t.Context(), b.store, stop, func(e inventory.Event) {
		if events = append(events, e); e.Outcome == nil {
			close(stop)
		}
	})
	if err != nil || outcomes[0].Verdict != store.Removed || outcomes[1].Verdict != store.NotStarted || b.sent() != 1 {
		t.Errorf("%v, %v, %d sent", outcomes, err, b.sent())
	}
	if len(events) != 2 || events[0].Outcome != nil || events[1].Outcome.Verdict != store.Removed {
		t.Errorf("reported %v", events)
	}
	stopped, err := p.Run(t.Context(), b.store, stop, func(e inventory.Event) { t.Errorf("reported %v", e) })
	if err != nil || stopped[0].Verdict != store.NotStarted || b.sent() != 1 {
		t.Errorf("stopped before the start: %v, %v", stopped, err)
	}
}

// renewal plans the renewal of buckets as a check shows them now.
func (b *bench) renewal(names ...string) *inventory.Plan {
	return inventory.NewRenewal(b.plan(names...).Targets, func() time.Time { return now })
}

func TestARenewalIsCheckedOnceMoreAndAskedAboutAgain(t *testing.T) {
	b := start(t, "default")
	verdicts, outcomes, err := b.run(b.renewal("anthropic/default", "codex/ci-runner", "codex/jane.doe@example.com", "gemini/old-laptop", "anthropic/work@example.com"))
	want := []string{"renewed", "dead", "dead", "not renewed here", "unknown"}
	if err != nil || !slices.Equal(verdicts, want) {
		t.Errorf("%v, %v", verdicts, err)
	}
	if !outcomes[0].Now.Found || outcomes[0].Action != store.ActionRenew {
		t.Errorf("%+v", outcomes[0])
	}
	check := b.asked[:9]
	slices.Sort(check)
	asked := strings.Fields("get_token get_token get_token get_token get_token list_buckets list_buckets list_buckets list_providers" +
		" refresh_token get_token refresh_token get_token refresh_token refresh_token refresh_token get_token")
	if !slices.Equal(b.asked, asked) {
		t.Errorf("asked %v", b.asked)
	}
	if b.sent() != 0 || len(b.host.Keys()) != 13 {
		t.Errorf("%d removals, left %v", b.sent(), b.host.Keys())
	}
}

func TestARenewalOfWhatHasChangedIsCalledOff(t *testing.T) {
	b := start(t, "default")
	p := b.renewal("anthropic/default")
	b.host.Put(key("anthropic/default"), now.Add(time.Hour)) // a running session has renewed it
	verdicts, _, err := b.run(p)
	off, ok := errors.AsType[*inventory.CalledOffError](err)
	if !ok || off.Reason != inventory.Changed || off.Action != store.ActionRenew || !slices.Equal(verdicts, []string{"not started"}) {
		t.Errorf("%v, %#v", verdicts, err)
	}
	if b.host.Count("refresh_token") != 0 {
		t.Error("it was sent")
	}
}

func TestARenewalEndsWithARefusalALossOrWhatCannotBeTold(t *testing.T) {
	for _, test := range []struct {
		name string
		hook func(b *bench)
		want string
	}{
		{"a refusal", func(b *bench) { b.hook("refresh_token", 1, refuse(store.Forbidden)) }, "refused by the host"},
		{"a loss", func(b *bench) {
			b.hook("refresh_token", 1, func(func() (any, error)) (any, error) { return nil, socket.ErrHangUp })
		}, "unknown"},
		{"a failure", func(b *bench) { b.hook("refresh_token", 1, refuse(store.RefreshFailed)) }, "unknown"},
	} {
		t.Run(test.name, func(t *testing.T) {
			b := start(t, "default")
			p := b.renewal("anthropic/default", "codex/ci-runner")
			test.hook(b)
			verdicts, _, err := b.run(p)
			if err != nil || !slices.Equal(verdicts, []string{test.want, "not started"}) || b.host.Count("refresh_token") != 1 {
				t.Errorf("%v, %v, %d sent", verdicts, err, b.host.Count("refresh_token"))
			}
		})
	}
}

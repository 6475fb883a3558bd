package store_test

import (
	"context"
	"errors"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"credscope/socket"
	"credscope/store"
)

func TestEveryMethodSendsExactlyOneFrameOrNone(t *testing.T) {
	for _, call := range append(readingCalls(), changingCalls()...) {
		t.Run(call.name, func(t *testing.T) {
			s, h := startFake(t, store.Options{}, answers(good()))
			if err := call.do(t.Context(), s); err != nil {
				t.Fatal(err)
			}
			var want []string
			if call.sent != "" {
				want = []string{`{"v":2,"op":"handshake","payload":{"minVersion":1,"maxVersion":2}}`, `{"v":2,"id":"ID","op":` + call.sent + `}`}
			}
			equal(t, "on the wire", h.frames(), want)
		})
	}
}

func TestLocksAreGrantedWithoutAHost(t *testing.T) {
	s := store.NewProxyTokenStore("/nowhere/at/all.sock", store.Options{})
	defer func() { _ = s.Close() }()
	if held, err := s.AcquireRefreshLock(t.Context(), codex, 0); !held || err != nil {
		t.Errorf("acquired: %t, %v", held, err)
	}
	if err := s.ReleaseRefreshLock(t.Context(), codex); err != nil {
		t.Error(err)
	}
}

func TestNotFoundIsAbsenceAndNoError(t *testing.T) {
	absent := refusal(store.NotFound, "No token found for provider: codex")
	s, h := startFake(t, store.Options{}, answers(map[string]any{"get_token": absent, "remove_token": absent}))
	if token, found, err := s.GetToken(t.Context(), codex); found || err != nil || !reflect.DeepEqual(token, store.OAuthToken{}) {
		t.Errorf("GetToken: %v, %t, %v", token, found, err)
	}
	if stats, found, err := s.GetBucketStats(t.Context(), codex); found || err != nil || stats != (store.BucketStats{}) {
		t.Errorf("GetBucketStats: %v, %t, %v", stats, found, err)
	}
	if check, err := s.Check(t.Context(), codex); err != nil || !reflect.DeepEqual(check, store.Check{}) {
		t.Errorf("Check: %+v, %v", check, err)
	}
	if err := s.RemoveToken(t.Context(), codex); err != nil {
		t.Errorf("RemoveToken: %v", err)
	}
	if got := h.ops(); got != "get_token get_token get_token remove_token" {
		t.Errorf("received %s", got)
	}
}

func TestOtherRefusalsAreErrors(t *testing.T) {
	denied := refusal(store.Forbidden, "Access denied")
	s, _ := startFake(t, store.Options{}, func(fakeCall) (any, error) { return nil, denied })
	for _, call := range append(readingCalls(), changingCalls()...) {
		if err := call.do(t.Context(), s); call.sent != "" && call.name != "Check" {
			if err == nil || err.Error() != `Proxy error [FORBIDDEN]: "Access denied"` {
				t.Errorf("%s: %v", call.name, err)
			}
		}
	}
	if _, found, err := s.GetBucketStats(t.Context(), codex); found || err == nil {
		t.Errorf("usage of a token that the host refused: %t, %v", found, err)
	}
}

func TestAForbiddenCheckIsAResult(t *testing.T) {
	for _, code := range []store.Code{store.Forbidden, store.Unauthorized} {
		s, _ := startFake(t, store.Options{}, answers(map[string]any{"get_token": refusal(code, "no")}))
		check, err := s.Check(t.Context(), codex)
		if err != nil || !check.Hidden || check.Found || check.Status(now, 0) != store.Denied {
			t.Errorf("%s: %+v, %v", code, check, err)
		}
		if refused, ok := errors.AsType[*store.Error](check.Refusal); !ok || refused.Code != code || refused.Message != "no" {
			t.Errorf("%s: the host's words became %#v", code, check.Refusal)
		}
	}
}

func TestACheckKeepsMetadataAndNothingElse(t *testing.T) {
	s, _ := startFake(t, store.Options{}, answers(good()))
	check, err := s.Check(t.Context(), codex)
	want := store.Check{
		Found: true,
		Metadata: store.Metadata{
			Expiry: store.NewExpiry(1893456000), TokenType: "Bearer",
			Dropped: []store.DroppedField{{Name: "access_token", Reason: store.DroppedSecret}},
		},
		Stats: store.BucketStats{Bucket: "default"},
	}
	if err != nil || !reflect.DeepEqual(check, want) {
		t.Errorf("%+v, %v", check, err)
	}
}

func TestUsageIsZerosForATokenThatExists(t *testing.T) {
	s, h := startFake(t, store.Options{}, answers(good()))
	for _, test := range []struct {
		key    store.Key
		bucket string
	}{{codexWork, "work"}, {codex, "default"}} {
		stats, found, err := s.GetBucketStats(t.Context(), test.key)
		if !found || err != nil || stats != (store.BucketStats{Bucket: test.bucket}) || !stats.LastUsed.IsZero() {
			t.Errorf("%v: %+v, %t, %v", test.key, stats, found, err)
		}
	}
	if got := h.ops(); strings.Contains(got, "get_bucket_stats") {
		t.Errorf("received %s", got)
	}
}

func TestEverythingSharesOneConnection(t *testing.T) {
	h, s := startDemo(t, "default")
	if h.Connections() != 0 {
		t.Fatal("connected before the first request")
	}
	var calls sync.WaitGroup
	for range 4 {
		for _, call := range append(readingCalls(), changingCalls()...) {
			calls.Go(func() {
				err := call.do(t.Context(), s)
				if err != nil && !strings.Contains(err.Error(), "Invalid provider name") {
					t.Errorf("%s: %v", call.name, err)
				}
			})
		}
	}
	calls.Wait()
	if n := h.Connections(); n != 1 || s.Client().Info().Handshakes != 1 {
		t.Errorf("%d connections", n)
	}
	if h.Count("get_bucket_stats") != 0 {
		t.Error("get_bucket_stats was sent")
	}
}

func TestAClosedStoreSaysSo(t *testing.T) {
	h, s := startDemo(t, "default")
	if _, err := s.ListProviders(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for _, call := range append(readingCalls(), changingCalls()...) {
		if err := call.do(t.Context(), s); call.sent != "" && (err == nil || err.Error() != socket.ErrClosed.Error()) {
			t.Errorf("%s: %v", call.name, err)
		}
	}
	if h.Connections() != 1 || opsOf(h) != "list_providers" {
		t.Errorf("a closed store sent %s", opsOf(h))
	}
}

func TestAReadIsSentOnceMoreToABusyHost(t *testing.T) {
	for _, call := range readingCalls() {
		if call.sent == "" {
			continue
		}
		synctest.Test(t, func(t *testing.T) {
			s, h := startFake(t, store.Options{}, busy(1))
			started := time.Now()
			err := call.do(t.Context(), s)
			if took := time.Since(started); err != nil || took != 250*time.Millisecond {
				t.Errorf("%s: %v after %v", call.name, err, took)
			}
			frame := `{"v":2,"id":"ID","op":` + call.sent + `}`
			equal(t, "sent", h.frames()[1:], []string{frame, frame})
		})
	}
}

func TestAHostThatStaysBusyIsLeftAlone(t *testing.T) {
	for _, call := range readingCalls() {
		if call.sent == "" {
			continue
		}
		synctest.Test(t, func(t *testing.T) {
			s, h := startFake(t, store.Options{}, busy(2))
			if err := call.do(t.Context(), s); !errors.Is(err, store.ResourceExhausted) {
				t.Errorf("%s: %v", call.name, err)
			}
			if n := len(h.frames()) - 1; n != 2 {
				t.Errorf("%s was sent %d times", call.name, n)
			}
		})
	}
}

func TestAChangeIsNeverSentASecondTime(t *testing.T) {
	for _, call := range changingCalls() {
		synctest.Test(t, func(t *testing.T) {
			s, h := startFake(t, store.Options{}, busy(1))
			started := time.Now()
			if err := call.do(t.Context(), s); !errors.Is(err, store.ResourceExhausted) {
				t.Errorf("%s: %v", call.name, err)
			}
			if n, took := len(h.frames())-1, time.Since(started); n != 1 || took != 0 {
				t.Errorf("%s was sent %d times within %v", call.name, n, took)
			}
		})
	}
}

func TestWaitingForABusyHostCanBeGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, h := startFake(t, store.Options{}, busy(1))
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		started := time.Now()
		_, err := s.ListProviders(ctx)
		if took := time.Since(started); !errors.Is(err, store.ResourceExhausted) || took != 100*time.Millisecond {
			t.Errorf("%v after %v", err, took)
		}
		if got := h.ops(); got != "list_providers" {
			t.Errorf("received %s", got)
		}
	})
}

func TestOtherRefusalsAreNotAskedTwice(t *testing.T) {
	for _, code := range codes {
		if code == store.ResourceExhausted {
			continue
		}
		s, h := startFake(t, store.Options{}, func(fakeCall) (any, error) { return nil, refusal(code, "no") })
		_, _ = s.ListProviders(t.Context())
		if got := h.ops(); got != "list_providers" {
			t.Errorf("%s: received %s", code, got)
		}
	}
}

// recorder returns options with an observer, and the list to which it appends.
func recorder() (store.Options, *[]store.Request) {
	var mu sync.Mutex
	var seen []store.Request
	return store.Options{Observe: func(r store.Request) {
		mu.Lock()
		defer mu.Unlock()
		seen = append(seen, r)
	}}, &seen
}

func TestEveryRequestIsObserved(t *testing.T) {
	byOp := good()
	byOp["remove_token"] = refusal(store.Forbidden, "no")
	o, observed := recorder()
	s, h := startFake(t, o, answers(byOp))
	for _, call := range append(readingCalls(), changingCalls()...) {
		before := len(*observed)
		err := call.do(t.Context(), s)
		if call.sent == "" {
			if len(*observed) != before {
				t.Errorf("%s was observed, and nothing was sent", call.name)
			}
			continue
		}
		if seen := (*observed)[before:]; len(seen) != 1 || !errors.Is(seen[0].Err, err) || seen[0].Op == "" {
			t.Errorf("%s: %v, observed %+v", call.name, err, seen)
		}
	}
	s.RemoveVerified(t.Context(), store.Removal{Key: codex})
	if last := (*observed)[len(*observed)-1]; last.Op != "remove_token" || last.Key != codex.WithDefault() || !errors.Is(last.Err, store.Forbidden) {
		t.Errorf("a verified removal: %+v", last)
	}
	keys := map[string]store.Key{}
	for _, r := range *observed {
		keys[r.Op] = r.Key
	}
	if keys["list_providers"] != (store.Key{}) || keys["list_buckets"] != (store.Key{Provider: "a<b>&"}) || keys["get_token"].Provider != "codex" {
		t.Errorf("observed with %v", keys)
	}
	if sent := len(h.frames()) - 1; sent != len(*observed) {
		t.Errorf("%d requests sent, %d observed", sent, len(*observed))
	}
}

func TestBothAttemptsOfAReadAreObserved(t *testing.T) {
	o, observed := recorder()
	s, _ := startFake(t, o, busy(1))
	if _, err := s.ListProviders(t.Context()); err != nil {
		t.Fatal(err)
	}
	if seen := *observed; len(seen) != 2 || !errors.Is(seen[0].Err, store.ResourceExhausted) || seen[1].Err != nil {
		t.Errorf("observed %+v", seen)
	}
}

func TestARequestThatIsNotSentIsNotObserved(t *testing.T) {
	o, observed := recorder()
	s, _ := startFake(t, o, answers(good()))
	s.RemoveVerified(t.Context(), store.Removal{Key: store.Key{Provider: "old backup"}})
	if len(*observed) != 0 {
		t.Errorf("observed %+v", *observed)
	}
}

func TestConcurrentRequestsAreObserved(t *testing.T) {
	o, observed := recorder()
	h, _ := startDemo(t, "default")
	s := h.NewStore(o)
	defer func() { _ = s.Close() }()
	var requests sync.WaitGroup
	for range 50 {
		requests.Go(func() { _, _ = s.Check(t.Context(), codex) })
	}
	requests.Wait()
	if n := len(*observed); n != 50 {
		t.Errorf("observed %d requests", n)
	}
}

func TestAStoreWithAnotherObserverSharesTheConnection(t *testing.T) {
	o, observed := recorder()
	s, h := startFake(t, o, answers(good()))
	other, observedByOther := recorder()
	for _, derived := range []*store.ProxyTokenStore{s.WithObserver(other.Observe), s.WithObserver(nil), s} {
		if _, err := derived.ListProviders(t.Context()); err != nil || derived.Client() != s.Client() {
			t.Fatal(err)
		}
	}
	if len(*observed) != 1 || len(*observedByOther) != 1 || h.dials != 1 {
		t.Errorf("observed %+v and %+v over %d connections", *observed, *observedByOther, h.dials)
	}
	_ = s.WithObserver(nil).Close()
	if _, err := s.ListProviders(t.Context()); !errors.Is(err, socket.ErrClosed) {
		t.Errorf("after closing the other: %v", err)
	}
}

func TestForEachLimitCallsEachIndexOnceUpToTheLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const n = 3*socket.MaxInFlight + 1
		var calls [n]atomic.Int32
		var running, most atomic.Int32
		store.ForEachLimit(n, func(i int) {
			now := running.Add(1)
			for high := most.Load(); now > high && !most.CompareAndSwap(high, now); {
				high = most.Load()
			}
			calls[i].Add(1)
			time.Sleep(time.Second)
			running.Add(-1)
		})
		for i := range calls {
			if got := calls[i].Load(); got != 1 {
				t.Errorf("%d was called %d times", i, got)
			}
		}
		if got := most.Load(); got != socket.MaxInFlight || running.Load() != 0 {
			t.Errorf("%d at a time, %d still running", got, running.Load())
		}
	})
	store.ForEachLimit(0, func(int) { t.Error("called for none") })
}

func TestForEachLimitPanicsAfterAllCallsAndQuotesNothing(t *testing.T) {
	var calls atomic.Int32
	defer func() {
		if got := recover(); got != "an answer could not be handled" || calls.Load() != 20 {
			t.Errorf("%v after %d calls", got, calls.Load())
		}
	}()
	store.ForEachLimit(20, func(i int) {
		calls.Add(1)
		if i%10 == 3 {
			panic("canary-4815")
		}
	})
}

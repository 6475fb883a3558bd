package demo_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"credscope/socket"
	"credscope/store"
	"credscope/store/demo"
)

// holding runs a host whose answers wait. Each request is told to held; every
// value sent to release lets one go.
func holding(t *testing.T) (h *demo.Host, held chan demo.Call, release chan struct{}) {
	t.Helper()
	held, release = make(chan demo.Call, 16), make(chan struct{})
	h = start(t, demo.Options{Hook: func(ctx context.Context, call demo.Call, answer func() (any, error)) (any, error) {
		held <- call
		select {
		case <-release:
			return answer()
		case <-ctx.Done():
			return nil, socket.ErrNoReply
		}
	}})
	return h, held, release
}

// instead answers every request with data and err, and does nothing else.
func instead(data any, err error) demo.Hook {
	return func(context.Context, demo.Call, func() (any, error)) (any, error) { return data, err }
}

func TestAHookHoldsAnAnswer(t *testing.T) {
	h, held, release := holding(t)
	s := visit(t, h)
	done := make(chan error, 1)
	go func() { done <- s.RemoveToken(t.Context(), runner) }()
	if call := <-held; call != (demo.Call{Op: "remove_token", Key: runner}) {
		t.Errorf("held %v", call)
	}
	if len(h.Keys()) != 13 || h.Count("remove_token") != 1 {
		t.Error("the removal was carried out while it was held")
	}
	select {
	case err := <-done:
		t.Fatalf("answered while held: %v", err)
	default:
	}
	release <- struct{}{}
	if err := <-done; err != nil || len(h.Keys()) != 12 {
		t.Errorf("%v, %d left", err, len(h.Keys()))
	}
}

func TestAHookChangesAnAnswer(t *testing.T) {
	h := start(t, demo.Options{Hook: instead(map[string]any{"providers": []string{"invented"}}, nil)})
	s := visit(t, h)
	if got, err := s.ListProviders(t.Context()); err != nil || len(got) != 1 || got[0] != "invented" {
		t.Errorf("%v, %v", got, err)
	}
	h.SetHook(instead(nil, &socket.ResponseError{Code: "RATE_LIMITED", Message: "m", RetryAfter: 30 * time.Second}))
	if _, err := s.ListProviders(t.Context()); !errors.Is(err, store.RateLimited) || err.Error() != "Rate limited. Retry after 30s" {
		t.Error(err)
	}
	h.SetHook(instead(nil, errors.New("the host's own failure")))
	if _, err := s.ListProviders(t.Context()); !errors.Is(err, store.InternalError) {
		t.Error(err)
	}
	h.SetHook(nil)
	if got, err := s.ListProviders(t.Context()); err != nil || len(got) != 5 {
		t.Errorf("without a hook: %v, %v", got, err)
	}
	if h.Connections() != 1 {
		t.Errorf("%d connections", h.Connections())
	}
}

func TestAHookDropsAnAnswer(t *testing.T) {
	arrived := make(chan struct{})
	h := start(t, demo.Options{Hook: func(_ context.Context, _ demo.Call, answer func() (any, error)) (any, error) {
		_, _ = answer()
		close(arrived)
		return nil, socket.ErrNoReply
	}})
	s := visit(t, h)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- s.RemoveToken(ctx, runner) }()
	<-arrived
	h.SetHook(nil)
	if _, err := s.ListProviders(t.Context()); err != nil {
		t.Errorf("the connection suffered: %v", err)
	}
	select {
	case err := <-done:
		t.Fatalf("answered: %v", err)
	default:
	}
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) || len(h.Keys()) != 12 {
		t.Errorf("%v, %d left", err, len(h.Keys()))
	}
}

func TestAHookHangsUp(t *testing.T) {
	h := start(t, demo.Options{Hook: instead(nil, socket.ErrHangUp)})
	s := visit(t, h)
	if err := s.RemoveToken(t.Context(), runner); !errors.Is(err, store.ErrLost) {
		t.Error(err)
	}
	<-s.Client().Lost()
	if len(h.Keys()) != 13 {
		t.Error("removed all the same")
	}
	h.SetHook(nil)
	if _, err := visit(t, h).ListProviders(t.Context()); err != nil || h.Connections() != 2 {
		t.Errorf("the next client: %v, %d connections", err, h.Connections())
	}
}

func TestAHooksContextEndsWithTheRequest(t *testing.T) {
	entered, ended := make(chan struct{}, 1), make(chan error, 1)
	h := start(t, demo.Options{Hook: func(ctx context.Context, _ demo.Call, _ func() (any, error)) (any, error) {
		entered <- struct{}{}
		<-ctx.Done()
		ended <- ctx.Err()
		return nil, nil
	}})
	ctx, cancel := context.WithCancel(t.Context())
	s := visit(t, h)
	go func() {
		<-entered
		cancel()
	}()
	if _, err := s.ListProviders(ctx); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	go func() {
		<-entered
		_ = s.Close()
	}()
	if _, err := s.ListProviders(t.Context()); !errors.Is(err, store.ErrClosed) {
		t.Error(err)
	}
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("with the connection: %v", err)
	}
}

func TestAHookMayUseItsHost(t *testing.T) {
	var h *demo.Host
	ready := make(chan struct{})
	h = start(t, demo.Options{Hook: func(_ context.Context, call demo.Call, answer func() (any, error)) (any, error) {
		<-ready
		h.Drop(call.Key)
		h.Put(store.Key{Provider: "new", Bucket: "b"}, now)
		if len(h.Calls()) != 1 || h.Count(call.Op) != 1 {
			return nil, errors.New("the request is not in the ledger")
		}
		return answer()
	}})
	close(ready)
	if _, found, err := visit(t, h).GetToken(t.Context(), codex); found || err != nil {
		t.Errorf("%t, %v", found, err)
	}
}

package demo

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"credscope/socket"
	"credscope/socket/rawjson"
	"credscope/store"
)

// handle records one request and answers it as released hosts do, changed by the
// scenario and the hook.
func (h *Host) handle(ctx context.Context, c socket.Call) (any, error) {
	var payload struct {
		Provider string  `json:"provider"`
		Bucket   *string `json:"bucket"`
		Token    token   `json:"token"`
	}
	_ = rawjson.Unmarshal(c.Payload, &payload) // a mistyped field counts as missing
	call := Call{Op: c.Op, Key: store.Key{Provider: payload.Provider, Bucket: store.DefaultBucket}}
	if payload.Bucket != nil {
		call.Key.Bucket = *payload.Bucket
	}
	h.mu.Lock()
	h.calls = append(h.calls, call)
	number, hook := len(h.calls), h.hook
	h.mu.Unlock()
	if h.scenario.slow {
		sleep(ctx, 300*time.Millisecond+time.Duration(number%3)*40*time.Millisecond)
	}
	answer := func() (any, error) { return h.answer(call, payload.Token, c.Restricted) }
	if hook != nil {
		return hook(ctx, call, answer)
	}
	return answer()
}

func sleep(ctx context.Context, d time.Duration) {
	select {
	case <-time.After(d):
	case <-ctx.Done():
	}
}

// refuse returns the error that is sent to the client as a refusal.
func refuse(code store.Code, format string, args ...any) error {
	return &socket.ResponseError{Code: string(code), Message: fmt.Sprintf(format, args...)}
}

// answer carries a request out, as the scenario has it.
func (h *Host) answer(call Call, given token, restricted bool) (any, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.scenario.locked {
		return nil, refuse(store.InternalError, "The keychain is locked")
	}
	switch call.Op {
	case "list_providers":
		return map[string]any{"providers": h.listProviders(restricted)}, nil
	case "list_buckets":
		return h.listBuckets(call.Key.Provider, restricted)
	case "get_token":
		return h.getToken(call.Key, restricted)
	case "remove_token":
		return h.removeToken(call.Key, restricted)
	case "refresh_token":
		return h.renewToken(call.Key, restricted)
	case "save_token":
		return h.saveToken(call.Key, given, restricted)
	case "get_bucket_stats":
		return nil, refuse(store.NotFound, "No stats found for %s/%s", call.Key.Provider, call.Key.Bucket)
	}
	return nil, refuse(store.InvalidRequest, "Unknown operation: %s", call.Op)
}

func (h *Host) listProviders(restricted bool) []string {
	names := []string{} // not nil, which would be null on the wire
	for key := range h.tokens {
		if !restricted && !h.hidden[key] {
			names = append(names, key.Provider)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func (h *Host) listBuckets(provider string, restricted bool) (any, error) {
	buckets := []string{}
	if !restricted {
		if err := checkNames(store.Key{Provider: provider, Bucket: store.DefaultBucket}); err != nil {
			return nil, err
		}
		for key := range h.tokens {
			if key.Provider == provider && !h.hidden[key] {
				buckets = append(buckets, key.Bucket)
			}
		}
	}
	slices.Sort(buckets)
	return map[string]any{"buckets": buckets}, nil
}

// checkNames refuses keys that no released host accepts.
func checkNames(key store.Key) error {
	const rule = "Allowed: letters, numbers, dashes, underscores, dots, @ (1-64 chars)."
	switch {
	case key.Provider == "":
		return refuse(store.InvalidRequest, "Missing provider")
	case !store.ValidName(key.Provider):
		return refuse(store.InternalError, "Invalid provider name: %q. %s", key.Provider, rule)
	case !store.ValidName(key.Bucket):
		return refuse(store.InternalError, "Invalid bucket name: %q. %s", key.Bucket, rule)
	}
	return nil
}

func (h *Host) getToken(key store.Key, restricted bool) (any, error) {
	if err := checkNames(key); err != nil {
		return nil, err
	}
	t := h.tokens[key]
	switch {
	case t == nil && restricted:
		return nil, refuse(store.Forbidden, "Access denied")
	case t == nil || h.hidden[key] || h.scenario.denied:
		return nil, refuse(store.NotFound, "No token found for provider: %s", key.Provider)
	case t[forbiddenField] != nil:
		return nil, refuse(store.Forbidden, "Access denied")
	}
	return maps.Clone(t), nil
}

func (h *Host) removeToken(key store.Key, restricted bool) (any, error) {
	if restricted {
		return nil, refuse(store.Forbidden, "Sandbox connections cannot remove tokens")
	}
	if err := checkNames(key); err != nil {
		return nil, err
	}
	h.removed++
	if remove := h.scenario.onRemoval; remove != nil {
		remove(h, key)
	} else {
		delete(h.tokens, key)
	}
	if h.removed == h.scenario.dropsRemoval {
		return nil, socket.ErrHangUp
	}
	return nil, nil
}

// saveToken merges the given fields into the stored ones and drops the refresh token.
func (h *Host) saveToken(key store.Key, given token, restricted bool) (any, error) {
	switch {
	case restricted:
		return nil, refuse(store.Forbidden, "Sandbox connections cannot modify tokens")
	case key.Provider == "" || given == nil:
		return nil, refuse(store.InvalidRequest, "Missing provider or token")
	}
	if err := checkNames(key); err != nil {
		return nil, err
	}
	merged := token{}
	maps.Copy(merged, h.tokens[key])
	maps.Copy(merged, given)
	delete(merged, "refresh_token")
	h.tokens[key], h.hidden[key] = merged, false
	return nil, nil
}

package demo

import (
	"fmt"
	"maps"
	"time"

	"credscope/socket"
	"credscope/store"
)

// renewal is how a provider answers when the host asks it to renew a token. The zero
// value gives a new one.
type renewal int

const (
	renews       renewal = iota
	refusesToken         // as invalid or expired: REAUTH_REQUIRED
	isNotAsked           // the host has no refresh token for it
	failsToRenew         // REFRESH_FAILED
)

const (
	renewedFor = 8 * time.Hour    // how long a renewed token lasts
	cooldown   = 30 * time.Second // after a renewal, in which hosts renew no second time
)

// renewed are the providers that released hosts renew.
var renewed = map[string]bool{"anthropic": true, "codex": true, "qwen": true}

// renewToken answers refresh_token. The caller holds the lock.
func (h *Host) renewToken(key store.Key, restricted bool) (any, error) {
	if restricted {
		return nil, refuse(store.Forbidden, "Sandbox connections cannot refresh tokens")
	}
	if err := checkNames(key); err != nil {
		return nil, err
	}
	t, now := h.tokens[key], h.now()
	switch since := now.Sub(h.renewedAt[key]); {
	case !renewed[key.Provider]:
		return nil, refuse(store.ProviderNotFound, "No OAuth provider configured for: %s", key.Provider)
	case t == nil || h.hidden[key]:
		return nil, refuse(store.NotFound, "No token found for provider: %s", key.Provider)
	case t[forbiddenField] != nil:
		return nil, refuse(store.Forbidden, "Access denied")
	case h.renewals[key] == isNotAsked:
		return nil, refuse(store.RefreshNotAvailable, "Token for %s does not have a refresh_token", key.Provider)
	case since < cooldown:
		return nil, &socket.ResponseError{
			Code: string(store.RateLimited), Message: "Refresh rate limited", RetryAfter: cooldown - since.Truncate(time.Second),
		}
	case h.renewals[key] == failsToRenew:
		return nil, refuse(store.RefreshFailed, "Token refresh failed: 503 Service Unavailable")
	case h.renewals[key] == refusesToken || h.scenario.storesNothing:
		// A host that could not store a token asks for another one with the refresh
		// token that it has, which the provider has just replaced.
		return nil, refuse(store.ReauthRequired, "Token refresh failed: 400 invalid_grant")
	}
	fresh := maps.Clone(t)
	fresh["expiry"] = float64(now.Add(renewedFor).Unix())
	fresh["access_token"] = fmt.Sprintf("%s-renewed-%s", h.mark, key)
	h.tokens[key], h.renewedAt[key] = fresh, now
	return fresh, nil
}

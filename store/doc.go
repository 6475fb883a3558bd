// Package store lists, checks and removes the OAuth credentials that a host
// offers to a sandbox through its credential proxy, a Unix socket.
//
// [TokenStore] is the interface and [ProxyTokenStore] implements it over one
// shared [socket.Client]. Make one with [NewProxyTokenStore], or with
// [FromEnvironment] inside a sandbox. It never refreshes tokens, since the host
// does that; a [Renewer] asks the host to, when a person wants it. A lost connection
// is final: errors.Is(err, [ErrLost]) holds for the error of every later request.
//
// [ProxyTokenStore.Check] checks a credential: it wipes the secrets at once and
// returns the [Metadata], from which [Check.Status] derives a [Status].
//
// [ProxyTokenStore.RemoveVerified] removes one. Released hosts answer "ok" to a
// removal that failed, and send empty lists when they cannot read their keyring, so
// it lists and reads again afterwards and returns a [Verdict].
package store

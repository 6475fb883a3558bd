// Package store reads and removes the credentials that a host's proxy offers.
//
// [TokenStore] is the contract and [ProxyTokenStore] its implementation over one
// shared [socket.Client]. There is no refresh logic, no connection per call and
// no reconnect: refresh happens on the host, and a lost connection is final.
//
// Hosts answer "ok" to a removal that failed and an empty list when they could
// not read their keyring, so [ProxyTokenStore.RemoveVerified] asks again after
// a removal and returns a [Verdict] on what is really known. Access tokens come
// with every look; [ProxyTokenStore.Look] keeps the [Metadata] and wipes the rest.
package store

package tui

import "credscope/store"

// healthOrder is the order in which statuses are explained.
var healthOrder = []store.Health{
	store.Valid, store.Expiring, store.Expired, store.Stale, store.NoExpiry,
	store.OddExpiry, store.Unreadable, store.Hidden, store.Unchecked,
}

var healthMeaning = map[store.Health]string{
	store.Valid:      "expiry in the future; a provider can still have revoked it",
	store.Expiring:   "expires within the next 5 minutes",
	store.Expired:    "past expiry; the host may renew it on next use",
	store.Stale:      "expired for long; what the removal key is for",
	store.NoExpiry:   "the host gave no expiry",
	store.OddExpiry:  "outside the years 2000 to 2200",
	store.Unreadable: "listed, but the host finds no readable token",
	store.Hidden:     "the host's policy does not let us look",
	store.Unchecked:  "not asked yet",
}

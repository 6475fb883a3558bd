package tui

import (
	"fmt"
	"time"

	"credscope/store"
)

// Line is one bucket as text: provider, bucket, status and expiry, separated by
// tabs. look is nil for a bucket that was not looked at.
func Line(key store.Key, look *store.Look, err error, now time.Time, staleAfter time.Duration) string {
	status, expires := store.Unchecked.String(), ""
	switch {
	case err != nil:
		status = "no answer"
	case !key.Valid():
		status = "unusual name"
	case look != nil:
		status = look.Health(now, staleAfter).String()
		if at, ok := look.Metadata.Expiry.Time(); ok {
			expires = moment(at, now, time.UTC)
		}
	}
	return fmt.Sprintf("%s\t%s\t%s\t%s", printableName(key.Provider), printableName(key.Bucket), status, expires)
}

// LedgerLine is one removal's verdict as text.
func LedgerLine(o store.Outcome) string {
	_, text := verdictMessage(o)
	return text
}

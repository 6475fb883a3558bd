package words

import (
	"fmt"
	"strings"
	"time"

	"credscope/store"
	"credscope/tui/text"
	"credscope/tui/theme"
)

// Verdict returns what is known after a removal or a renewal, with its evidence and
// what to do next, for the screen. Times are in a zone.
func Verdict(o store.Outcome, zone *time.Location) (theme.Kind, string) {
	return verdict(o, Error, zone)
}

// VerdictWithoutKeys is [Verdict] for places without the screen's keys, in UTC.
func VerdictWithoutKeys(o store.Outcome) string {
	_, sentence := verdict(o, ErrorWithoutKeys, time.UTC)
	return sentence
}

func verdict(o store.Outcome, explain func(error) string, zone *time.Location) (theme.Kind, string) {
	said, why := text.Name(o.Key.String())+": "+o.String(), ""
	if o.Err != nil {
		why = " " + explain(o.Err)
	}
	switch {
	case o.Verdict == store.NotStarted:
		return theme.Warning, said + "."
	case o.Verdict == store.NotSent:
		return theme.Failure, said + ", so nothing was " + Action(o.Action).Done + "." + why
	case o.Action == store.ActionRenew:
		return renewalVerdict(o, said, why, zone)
	}
	return removalVerdict(o, said, why)
}

func checkOnHost(key store.Key) string {
	return "Check on the host: " + StatusCommand(key.Provider) + "."
}

// keyName returns a bucket with its provider, or a provider alone.
func keyName(key store.Key) string {
	if key.Bucket == "" {
		return text.Name(key.Provider)
	}
	return text.Name(key.String())
}

// Summary counts the outcomes of a run over a number of targets: "2 removed,
// 1 unknown, 1 not started".
func Summary(outcomes []store.Outcome, targets int) (theme.Kind, string) {
	kind := theme.Success
	var parts []string
	n := map[string]int{}
	for _, o := range outcomes {
		n[summed(o)]++
	}
	n[store.NotStarted.String()] += targets - len(outcomes)
	for _, part := range []struct {
		what string
		kind theme.Kind
	}{
		{"removed", theme.Success},
		{"no longer shown", theme.Success},
		{"already gone", theme.Success},
		{"renewed", theme.Success},
		{"rate limited", theme.Warning},
		{"dead", theme.Warning},
		{"not removed", theme.Failure},
		{"not renewed", theme.Failure},
		{"unknown", theme.Failure},
		{"not started", theme.Warning},
	} {
		if n[part.what] > 0 {
			parts, kind = append(parts, fmt.Sprintf("%d %s", n[part.what], part.what)), max(kind, part.kind)
		}
	}
	return kind, strings.Join(parts, ", ")
}

// summed returns what an outcome is counted as.
func summed(o store.Outcome) string {
	switch v := o.Verdict; v {
	case store.Removed, store.NoLongerShown, store.Renewed, store.RenewedBefore, store.CannotRenew, store.NotStarted:
		return v.String()
	case store.AlreadyGone:
		return "already gone"
	default:
		if v.Uncertain() {
			return store.Unknown.String()
		}
		return "not " + Action(o.Action).Done
	}
}

package command

import (
	"fmt"
	"regexp"
	"strconv"
	"time"

	"github.com/spf13/pflag"

	"credscope/tui/words"
)

// duration is a flag that takes days and weeks as well: 36h, 7d, 2w, 1w2d12h.
type duration struct{ to *time.Duration }

const (
	day  = 24 * time.Hour
	week = 7 * day
)

func durationFlag(flags *pflag.FlagSet, to *time.Duration, name string, value time.Duration, usage string) {
	*to = value
	flags.Var(duration{to}, name, usage)
}

var weeksAndDays = regexp.MustCompile(`^(?:(\d{1,4})w)?(?:(\d{1,5})d)?(.*)$`)

// parseDuration reads a length of time from 0 up.
func parseDuration(s string) (time.Duration, error) {
	parts := weeksAndDays.FindStringSubmatch(s)
	weeks, _ := strconv.Atoi(parts[1])
	days, _ := strconv.Atoi(parts[2])
	d := time.Duration(weeks)*week + time.Duration(days)*day
	rest := parts[3]
	if rest != "" || s == "" {
		more, err := time.ParseDuration(rest)
		if d += more; err != nil || more < 0 || d < 0 {
			return 0, fmt.Errorf("it takes a length of time such as 36h, 7d or 2w, not %q", s)
		}
	}
	return d, nil
}

func (d duration) Set(s string) (err error) {
	parsed, err := parseDuration(s)
	if err == nil {
		*d.to = parsed
	}
	return err
}

func (d duration) String() string {
	if d.to == nil {
		return ""
	}
	return words.Duration(*d.to)
}

// Type is what the help calls the flag's value.
func (duration) Type() string { return "time" }

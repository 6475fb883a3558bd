package command

import (
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"credscope/store"
	"credscope/tui/theme"
)

// Flags adds what the inspector and the commands have in common.
func (e *Env) Flags(flags *pflag.FlagSet) {
	flags.StringArrayVar(&e.lookups, "lookup", nil, "also list this `PROVIDER[:BUCKET]`, for hosts that hide their lists")
	flags.BoolVar(&e.ReadOnly, "read-only", false, "remove and renew nothing")
	flags.BoolVar(&e.NoCheck, "no-check", false, "check no token unasked")
	flags.StringVar(&e.theme, "theme", "auto", "auto, dark, light, ansi or none")
	durationFlag(flags, &e.StaleAfter, "stale-after", store.DefaultStaleAfter, "how long after its expiry a token counts as stale, such as 36h, 3d or 2w")
}

// FlagError words what is wrong with a flag. One that does not exist gets the name of
// the nearest that does.
func FlagError(c *cobra.Command, err error) error {
	unknown, ok := errors.AsType[*pflag.NotExistError](err)
	if !ok {
		return UsageError{err}
	}
	names := &cobra.Command{} // for its measure of how near two words are
	c.Flags().VisitAll(func(f *pflag.Flag) {
		names.AddCommand(&cobra.Command{Use: f.Name, Run: func(*cobra.Command, []string) {}})
	})
	if name := nearest(names, unknown.GetSpecifiedName()); name != "" {
		return misuse("%w; did you mean --%s?", err, name)
	}
	return UsageError{err}
}

// RefuseEmpty refuses every flag that was given with nothing in it: a script
// whose variable is empty must not mean another host, or all of them.
func RefuseEmpty(c *cobra.Command) (err error) {
	c.Flags().Visit(func(f *pflag.Flag) {
		values := []string{f.Value.String()}
		if list, ok := f.Value.(pflag.SliceValue); ok {
			values = list.GetSlice()
		}
		if err == nil && slices.Contains(values, "") {
			err = misuse("--%s needs a value", f.Name)
		}
	})
	return err
}

// ReadFlags reads the flags that need more than their type.
func (e *Env) ReadFlags() (err error) {
	if e.Theme, err = theme.Parse(e.theme); err != nil {
		return UsageError{err}
	}
	for _, name := range e.lookups {
		key, err := store.ParseKey(name)
		if err != nil {
			return UsageError{fmt.Errorf("--lookup %w", err)}
		}
		e.Lookups = append(e.Lookups, key)
	}
	return nil
}

// jsonFlag gives a command its --json.
func (e *Env) jsonFlag(c *cobra.Command) {
	c.Flags().BoolVar(&e.JSON, "json", false, "write one JSON object, for scripts")
}

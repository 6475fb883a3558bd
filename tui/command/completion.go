package command

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"credscope/store"
)

// completionLimit is how long a shell waits for the host's names.
const completionLimit = 2 * time.Second

// completeNames offers the host's providers for the first argument and that
// provider's buckets for the others. A host that cannot be asked offers nothing,
// and says nothing: the user is in the middle of typing.
func (e *Env) completeNames(c *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	ctx, cancel := context.WithTimeout(c.Context(), completionLimit)
	defer cancel()
	s, done, err := e.Open()
	defer done()
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var names []string
	if len(args) == 0 {
		names, err = s.ListProviders(ctx)
	} else {
		names, err = s.ListBuckets(ctx, args[0])
	}
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	names = slices.DeleteFunc(names, func(name string) bool {
		return !store.ValidName(name) || strings.HasPrefix(name, "-") || (len(args) > 0 && slices.Contains(args[1:], name))
	})
	return names, cobra.ShellCompDirectiveNoFileComp
}

// StrictBuiltIns lets the help and completion commands of the library refuse
// what they do not know. It is to be called when all commands have been added.
func StrictBuiltIns(root *cobra.Command) {
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	for _, c := range root.Commands() {
		switch c.Name() {
		case "help":
			c.Run, c.RunE = nil, func(_ *cobra.Command, args []string) error {
				about, rest, err := root.Find(args)
				if err != nil || len(rest) > 0 {
					return misuse("no help for %q; see credscope --help", strings.Join(args, " "))
				}
				return about.Help()
			}
		case "completion":
			c.Args, c.RunE = NoArguments, func(c *cobra.Command, _ []string) error { return c.Help() }
			for _, shell := range c.Commands() {
				shell.Args = NoArguments
			}
		}
	}
}

// FlagValues has a shell offer these values for a flag.
func FlagValues(c *cobra.Command, flag string, values ...string) {
	err := c.RegisterFlagCompletionFunc(flag, func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return values, cobra.ShellCompDirectiveNoFileComp
	})
	if err != nil {
		panic(err) // the flag does not exist
	}
}

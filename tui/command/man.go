package command

import (
	"fmt"

	mango "github.com/muesli/mango-cobra"
	"github.com/muesli/roff"
	"github.com/spf13/cobra"
)

// Man is the command that writes the manual page, made from the definitions of
// all commands.
func Man(e *Env) *cobra.Command {
	return &cobra.Command{
		Use: "man", Short: "Write the manual page in roff", Args: NoArguments, Hidden: true,
		Example: "  credscope man > credscope.1",
		RunE: func(c *cobra.Command, _ []string) error {
			page, err := mango.NewManPage(1, c.Root())
			if err != nil {
				return err
			}
			e.Status = Fine
			_, err = fmt.Fprintln(e.Out, page.Build(roff.NewDocument()))
			return err
		},
	}
}

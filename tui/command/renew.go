package command

import (
	"github.com/spf13/cobra"

	"credscope/store"
)

// Renew is the command that lets the host renew buckets and says which are dead.
func Renew(e *Env) *cobra.Command {
	r := &change{Env: e, action: store.ActionRenew}
	return r.command(&cobra.Command{
		Use: "renew PROVIDER BUCKET... | [PROVIDER] --stale", Short: "Let the host renew expired buckets, to tell dead ones from live ones",
		Long: "renew lets the host ask the provider for new tokens, which it stores in place of the old\n" +
			"ones. Only what is past its expiry is renewed. A login can end by it: if the host cannot\n" +
			"store what it gets, or if a running session renews at the same moment.",
		Example: "  credscope renew codex ci-runner\n  credscope renew codex --stale\n  credscope renew --stale --dry-run\n  credscope renew --stale --yes --json",
	})
}

package command

import (
	"github.com/spf13/cobra"

	"credscope/store"
)

// Remove is the command that removes buckets and says what is known afterwards.
func Remove(e *Env) *cobra.Command {
	r := &change{Env: e, action: store.ActionRemove}
	return r.command(&cobra.Command{
		Use: "remove PROVIDER BUCKET... | [PROVIDER] --stale", Short: "Remove buckets and ask again what is left",
		Example: "  credscope remove codex ci-runner\n  credscope remove codex --stale\n  credscope remove --stale --dry-run\n  credscope remove --stale --yes --json",
	})
}

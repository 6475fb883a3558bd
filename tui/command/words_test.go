package command_test

import (
	"encoding/json"
	"strings"
	"testing"

	"credscope/socket/sample"
	"credscope/store/demo"
	"credscope/tui/command"
)

// manyBuckets is the scenario whose list is longer than a screen.
const manyBuckets = "large"

func TestEveryFaceCallsABucketTheSame(t *testing.T) {
	t.Parallel()
	for _, scenario := range sample.Of(demo.Scenarios(), 3) {
		if scenario == manyBuckets {
			continue
		}
		t.Run(scenario, func(t *testing.T) {
			t.Parallel()
			demoed := "--demo=" + scenario
			stdout, _, _ := piped(t, nil, "list", "--json", demoed)
			var list command.ListDocument
			if err := json.Unmarshal([]byte(stdout), &list); err != nil {
				t.Fatal(err)
			}
			if len(list.Buckets) == 0 {
				return
			}
			table, _, _ := piped(t, nil, "list", demoed)
			_, failures, _ := piped(t, nil, "check", demoed)
			term := start(t, wide(), demoed)
			shown := map[string]string{}
			for _, b := range list.Buckets {
				if !hasRow(table, b.Provider+" ", b.Bucket, "  "+b.Status) {
					t.Errorf("list does not call %s/%s %s\n%s", b.Provider, b.Bucket, b.Status, table)
				}
				if fine := b.Status == "valid" || b.Status == "expiring"; fine == hasRow(failures, b.Provider+"/"+b.Bucket+":", b.Status) {
					t.Errorf("check on %s/%s, which is %s:\n%s", b.Provider, b.Bucket, b.Status, failures)
				}
				if shown[b.Provider] == "" {
					shown[b.Provider], _, _ = piped(t, nil, "show", b.Provider, demoed)
				}
				if _, rest, _ := strings.Cut(shown[b.Provider], "Bucket    "+b.Bucket+"\n"); !strings.HasPrefix(rest, "Status    "+b.Status+"\n") {
					t.Errorf("show on %s/%s, which is %s:\n%s", b.Provider, b.Bucket, b.Status, shown[b.Provider])
				}
				seeRow(term, b.Provider, b.Bucket, "  "+b.Status)
			}
			leave(t, term, 0)
		})
	}
}

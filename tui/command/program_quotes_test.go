package command_test

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"credscope/socket/sample"
)

// quotable is what malformed replies hold and nothing that is said may.
const quotable = "4815162342"

// malformed are replies with the quotable in one position each, ID in place of
// the id.
var malformed = []string{
	`{"id":"ID","ok":` + quotable + `}`,
	`{"id":"ID","ok":true,"data":["` + quotable + `"]}`,
	`{"id":"ID","ok":true,"data":{"providers":"` + quotable + `","buckets":{"` + quotable + `":1},"access_token":` + quotable + `}}`,
	`{"id":"ID","ok":false,"code":"X","retryAfter":"` + quotable + `"}`,
	`{"id":"ID","ok":true,"data":{"` + quotable,
}

// answersBut answers well but for one operation.
func answersBut(op, reply string) func(net.Conn) {
	good := map[string]string{
		"list_providers": `{"providers":["codex"]}`, "list_buckets": `{"buckets":["default"]}`,
		"get_token": `{"access_token":"t","expiry":1,"token_type":"Bearer"}`, "remove_token": `{}`,
	}
	return func(client net.Conn) {
		for {
			asked, err := readRequest(client)
			if err != nil {
				return
			}
			answer := fmt.Sprintf(`{"id":"ID","ok":true,"data":%s}`, good[asked.Op])
			switch asked.Op {
			case op:
				answer = reply
			case "handshake":
				answer = `{"v":2,"op":"handshake","ok":true,"data":{"version":2}}`
			}
			if _, err := client.Write(frame(strings.ReplaceAll(answer, "ID", asked.ID))); err != nil {
				return
			}
		}
	}
}

func TestNoOutputQuotesAMalformedReply(t *testing.T) {
	t.Parallel()
	for op, commands := range map[string][]string{
		"handshake": {"doctor", "list --json"}, "list_providers": {"list", "doctor"}, "list_buckets": {"list --json", "show codex"},
		"get_token": {"show codex default", "list"}, "remove_token": {"remove codex default --yes", "remove codex default --yes --json"},
	} {
		for i, reply := range sample.Of(malformed, 3) {
			t.Run(fmt.Sprintf("%s %d", op, i), func(t *testing.T) {
				t.Parallel()
				for _, command := range commands {
					log := filepath.Join(t.TempDir(), "log")
					stdout, stderr, code := piped(t, from(listen(t, answersBut(op, reply))), append(strings.Fields(command), "--log", log)...)
					written, err := os.ReadFile(log)
					if err != nil {
						t.Fatal(err)
					}
					if said := stdout + stderr + string(written); strings.Contains(said, quotable) {
						t.Errorf("%s quotes %s:\n%s", command, reply, said)
					}
					if code == 0 && stderr == "" && !strings.Contains(stdout, "no answer") {
						t.Errorf("%s found nothing wrong with %s:\n%s", command, reply, stdout)
					}
				}
			})
		}
	}
}

package tui

import (
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"credscope/socket"
	"credscope/store"
	"credscope/store/demo"
	"credscope/tui/theme"
)

// Buckets of the demo host whose providers answer a renewal each in its own way.
const (
	alive      = "anthropic/default"          // stale, and renewed
	unrenewed  = "anthropic/work@example.com" // expired, and REFRESH_FAILED
	claudecode = "claudecode/default"         // valid
)

// renews opens the dialog about a bucket, accepts it and waits for the end.
func (s *screen) renews(bucket string) {
	s.t.Helper()
	s.at(bucket)
	s.press("n")
	if s.m.dialog == nil {
		s.t.Fatalf("there is no dialog\n%s", s.text())
	}
	s.answer("y")
	s.settled()
}

// status is what is known of a bucket.
func (s *screen) status(bucket string) store.Status {
	return s.m.inv.Status(s.m.inv.Bucket(keyOf(bucket)), s.m.canvas.now)
}

// sentRenewals fails unless the host was asked to renew so often.
func (s *screen) sentRenewals(want int) {
	s.t.Helper()
	if got := s.host.Count("refresh_token"); got != want {
		s.t.Errorf("%d renewals were sent, not %d", got, want)
	}
}

func TestEveryReplyToARenewalIsSaidAndDrawn(t *testing.T) {
	type reply = func(answer func() (any, error)) (any, error)
	refuses := func(code string) reply { return func(func() (any, error)) (any, error) { return nil, refusal(code) } }
	acts := func(err error) reply {
		return func(answer func() (any, error)) (any, error) { _, _ = answer(); return nil, err }
	}
	const check, until = "The request is not sent again. Check on the host: /auth anthropic status.", ". It now expires at 2026-11-23 22:05 +01."
	for _, c := range []struct {
		name     string
		scenario string
		bucket   string
		reply    reply // to refresh_token; nil for the host's own
		kind     theme.Kind
		text     string
		status   store.Status
	}{
		{"renewed", "default", alive, nil, theme.Success, "renewed" + until, store.Valid},
		{"dead", "default", runner, nil, theme.Warning, `dead. The host says that it must be logged in again (host says: "Token refresh failed: 400 invalid_grant").`, store.Dead},
		{"no-refresh-token", "default", jane, nil, theme.Warning, "dead. It cannot be renewed: the host has no refresh token for it.", store.Dead},
		{
			"failed", "default", unrenewed, nil, theme.Failure,
			"unknown whether it can be renewed. What the host hands out has expired. " + check + ` The host could not renew it (host says: "Token refresh failed: 503 Service Unavailable").`, store.Expired,
		},
		{"other-provider", "default", laptop, nil, theme.Failure, "not renewed here. This host does not renew gemini.", store.Stale},
		{"unstored", "unstored", alive, nil, theme.Warning, "dead. The host says that it must be logged in again", store.Dead},
		{"said-only", "default", alive, func(func() (any, error)) (any, error) {
			return map[string]any{"access_token": "made-up-secret", "token_type": "Bearer", "expiry": testNow.Add(8 * time.Hour).Unix()}, nil
		}, theme.Failure, "still expired (host said OK). Its reply had a token that expires at 2026-11-23 22:05 +01, which it may not have stored. Check on the host: /auth anthropic status.", store.Stale},
		{"reply-bad", "default", alive, acts(refusal("REFRESH_FAILED")), theme.Success, "renewed (the host had reported an error)" + until, store.Valid},
		{"rate-limited", "default", alive, func(func() (any, error)) (any, error) {
			return nil, &socket.ResponseError{Code: "RATE_LIMITED", Message: "Refresh rate limited", RetryAfter: 12 * time.Second}
		}, theme.Warning, "rate limited. The host says that it was renewed a moment ago; it can be asked again in 12s.", store.Stale},
		{"not-found", "default", alive, refuses("NOT_FOUND"), theme.Failure, "no token. The host finds no readable token", store.Unreadable},
		{"forbidden", "default", alive, refuses("FORBIDDEN"), theme.Failure, "refused by the host. This host renews nothing for sandboxes (host says: \"no\"): log in on the host itself.", store.Stale},
		{"unauthorized", "default", alive, refuses("UNAUTHORIZED"), theme.Failure, "refused by the host. Provider not available for this profile", store.Stale},
		{"other-error", "default", alive, refuses("INTERNAL_ERROR"), theme.Failure, "unknown whether it can be renewed. What the host hands out has expired. " + check + " Host-side operation failed", store.Stale},
		{"lost", "default", alive, acts(socket.ErrHangUp), theme.Failure, "unknown whether it was renewed. " + check + " Credential proxy connection lost. Restart the session.", store.Stale},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := checked(t, c.scenario, 120, 24, c.bucket)
			if c.reply != nil {
				s.host.SetHook(hookOn("refresh_token", c.reply))
			}
			s.renews(c.bucket)
			s.says(c.kind, c.bucket+": "+c.text)
			if got := s.status(c.bucket); got != c.status {
				t.Errorf("it is %s, not %s", got, c.status)
			}
			s.sentRenewals(1)
			s.wasRemoved()
			if ledger := s.m.result().Ledger; len(ledger) != 1 || ledger[0].Action != store.ActionRenew {
				t.Errorf("the ledger is %v", ledger)
			}
			s.counted()
			s.golden("renewal-" + c.name)
		})
	}
}

func TestARenewalWithoutAReplyIsJudgedByTheToken(t *testing.T) {
	s := open(t, "default", 120, 24)
	behind := store.NewProxyTokenStore(s.host.Path(), store.Options{Timeout: 300 * time.Millisecond})
	impatient := inspect(t, behind, 120, 24)
	impatient.host = s.host
	impatient.hush()
	impatient.settled()
	s.host.SetHook(hookOn("refresh_token", func(answer func() (any, error)) (any, error) {
		_, _ = answer()
		return nil, socket.ErrNoReply
	}))
	impatient.renews(alive)
	impatient.says(theme.Success, alive+": renewed (the reply was lost). It now expires at 2026-11-23 22:05 +01.")
	s.sentRenewals(1)
	impatient.golden("renewal-no-reply")
}

func TestOnlyWhatIsPastItsExpiryIsRenewed(t *testing.T) {
	s := checked(t, "default", 120, 24, claudecode)
	s.press("n")
	s.says(theme.Warning, "Only what is past its expiry can be renewed: this one is valid, so a renewal would show nothing")
	s.at("gemini/default")
	s.press("n")
	s.says(theme.Warning, "this one is unreadable, so a renewal would show nothing")
	s.at("qwen/old backup")
	s.press("n")
	s.says(theme.Warning, "Invalid name, which hosts refuse")
	s.press("g", "1", "n")
	s.says(theme.Warning, "Only a bucket can be renewed: press enter first")
	s.sentRenewals(0)
}

func TestMarkedBucketsThatAreNotExpiredAreLeftOutOfARenewal(t *testing.T) {
	s := checked(t, "default", 100, 24, runner)
	s.provider("codex")
	s.press("*", "n")
	s.see("Renew 2 buckets?", "2 marked buckets not past the expiry: left out.", `Type "renew 2" and press Enter`)
	s.accept("renew 2")
	s.settled()
	s.sentRenewals(2)
	s.see("Renewal ended: 2 dead")
	s.golden("renewal-several")
	s.press("esc")
	s.marks(runner, codex, jane, shared)
	for range 2 {
		s.at(runner)
		s.press("space")
		s.at(jane)
		s.press("space")
	}
	s.at(runner)
	s.press("space")
	s.at(jane)
	s.press("space", "n")
	s.says(theme.Warning, "Only what is past its expiry can be renewed: nothing marked is")
}

func TestARenewedBucketIsNotMarkedAnyMoreAndLeavesS(t *testing.T) {
	s := checked(t, "default", 120, 24, alive)
	s.press("S")
	s.marks(alive, runner, laptop)
	s.press("n")
	s.accept("renew 3")
	s.settled()
	s.see("Renewal ended: 1 renewed, 1 dead, 1 not renewed")
	s.press("esc")
	s.see("Worth removing 3")
	s.marks(runner, laptop)
	if s.status(alive) != store.Valid || !s.row("ci-runner", "dead") {
		t.Errorf("%s is %s\n%s", alive, s.status(alive), s.text())
	}
	s.golden("renewal-s")
}

func TestADeadBucketIsMarkedByS(t *testing.T) {
	s := checked(t, "default", 120, 24, jane) // expired, so that S does not offer it
	s.renews(jane)
	s.press("S")
	s.marks(alive, runner, laptop, jane)
}

func TestADeadBucketIsFirstAndSaysWhatTheHostSaidAndWhen(t *testing.T) {
	s := checked(t, "default", 120, 35, jane)
	s.renews(jane)
	s.press("s")
	s.at(jane)
	if s.m.buckets.list.at != 0 {
		t.Errorf("it is row %d\n%s", s.m.buckets.list.at, s.text())
	}
	s.see("† dead, expired 2d ago", "† 1 dead", "the host said", "REFRESH_NOT_AVAILABLE", "Log in again on the", "/auth codex login")
	s.golden("dead")
	s.press("!")
	s.see("Renewals: 1 dead", "Log in again: /auth codex login jane.doe@example.com", "refresh_token   codex/jane.doe@example.com")
}

func TestWhatARenewalSaidIsForgottenWhenALaterExpiryIsSeen(t *testing.T) {
	s := checked(t, "default", 120, 35, runner)
	s.renews(runner)
	s.press("r")
	s.settled()
	s.see("† dead")
	s.host.Put(keyOf(runner), testNow.Add(time.Hour)) // somebody has logged in again
	s.press("r")
	s.settled()
	s.not("dead")
	s.not("Last renewal")
}

func TestADialogOfAStaleOneThatWasNotTriedSaysHowToTry(t *testing.T) {
	s := dialogOf(t, 100, 24, runner)
	s.see("Not tried: Esc, then n, asks the host to renew it.")
	s.answer("esc", "n")
	s.see("Renew 1 bucket?")
	s.answer("y")
	s.settled()
	s.press("x")
	s.see("Remove 1 bucket?", "(dead, expired 12d ago)")
	s.not("Not tried")
	s.answer("y")
	s.settled()
	s.says(theme.Success, runner+": removed.")
	s.ledger(runner+": dead", runner+": removed")
	s.press("!")
	s.see("Removals and renewals: 1 removed, 1 dead")
}

func TestReadOnlyForbidsARenewal(t *testing.T) {
	s := checked(t, "default", 100, 24, runner, func(o *Options) { o.ReadOnly = true })
	s.press("n")
	s.says(theme.Warning, "Read-only by --read-only: nothing can be renewed")
	s = checked(t, "default", 100, 24, runner)
	s.press("L", "n")
	s.says(theme.Warning, "Read-only: press L to unlock, then ask again")
	s.sentRenewals(0)
}

func TestAHostThatHidesItsListsIsNotAskedToRenew(t *testing.T) {
	s := checked(t, "restricted", 100, 24, alive)
	s.press("n")
	s.says(theme.Warning, "This host lists nothing to a sandbox, and such hosts renew nothing for one: log in on the host itself")
	s.sentRenewals(0)
}

func TestWhatHasChangedSinceTheQuestionIsNotRenewed(t *testing.T) {
	s := checked(t, "default", 100, 24, alive)
	s.press("n")
	s.host.Put(keyOf(alive), testNow.Add(time.Hour)) // a running session has renewed it
	s.answer("y")
	s.settled()
	s.says(theme.Failure, "Nothing was renewed, because "+alive+" has changed since the question, its expiry is another one: press n to be asked again.")
	s.sentRenewals(0)
}

func TestARenewalTakesNoAnswerThatNobodyCanHaveMeant(t *testing.T) {
	s := checked(t, "default", 100, 24, runner)
	s.press("n", "y")
	s.send(tea.PasteMsg{Content: "y"})
	if s.m.dialog == nil || s.m.run != nil {
		t.Fatalf("it was answered at once\n%s", s.text())
	}
	s.answer("enter") // Cancel has the focus
	s.see("Nothing was renewed")
	s.press("n")
	s.pass(inputGuard)
	s.send(tea.WindowSizeMsg{Width: 19, Height: 4})
	s.press("y")
	s.send(tea.WindowSizeMsg{Width: 100, Height: 24})
	s.press("y") // the question has just come back
	if s.m.dialog == nil || s.m.run != nil {
		t.Fatalf("it was answered unseen\n%s", s.text())
	}
	s.sentRenewals(0)
}

func TestEscStopsARunOfRenewalsBeforeTheNext(t *testing.T) {
	s := checked(t, "default", 100, 24, runner)
	s.press("S", "n")
	g := s.hold(func(call demo.Call) bool { return call.Op == "refresh_token" })
	s.accept("renew 3")
	s.comes(g)
	s.see("Renewing 3 buckets", "renewing")
	s.press("esc")
	s.says(theme.Warning, "Stopping: nothing is sent after the renewal under way")
	close(g.open)
	s.settled()
	s.sentRenewals(1)
	s.see("1 not renewed, 2 not started")
}

func TestWhatIsUnderWayIsSeenInItsRowAndByTheSpinner(t *testing.T) {
	for key, doing := range map[string]string{"n": "renewing", "x": "removing"} {
		s := checked(t, "default", 120, 24, alive)
		s.press(key)
		g := s.hold(func(call demo.Call) bool { return call.Op == "refresh_token" || call.Op == "remove_token" })
		s.answer("y")
		s.until("the spinner", func() bool { return s.row("updated 14:05", s.m.canvas.glyphs.Spinner[0]) })
		s.comes(g)
		s.until("the row", func() bool { return s.row("anthropic/default", doing) })
		close(g.open)
		s.settled()
		s.not(doing)
	}
}

func TestNothingIsRenewedByItself(t *testing.T) {
	s := checked(t, "default", 120, 35, runner)
	for range 3 {
		s.pass(time.Hour)
		s.send(tickMsg{})
		s.press("R", "c", "S", "S", "r")
		s.settled()
	}
	s.sentRenewals(0)
}

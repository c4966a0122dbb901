package youth

import (
	"context"
	"encoding/base64"
	"errors"
	"strconv"
	"strings"
	"time"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/db"
	"cliffhanger/viewer/youth/policy"
)

// parseStatement reads what a device says of the age of who uses it:
//
//	v1;from=store;ages=13-15;exp=1767225600;device=dev_…;sig=BASE64URL
//
// from is os, store or guardian; ages a range of full years, both ends in it, or such
// as 18+; exp, device and sig are those of the header ClaimHeader. It counts as
// signed only for the device that brings it.
func (s *Service) parseStatement(text string, device id.Device, now time.Time) (st policy.Statement, err error) {
	if len(text) > longestText {
		return st, errAgeForm
	}
	body, encoded, _ := strings.Cut(text, ";sig=")
	parts := strings.Split(body, ";")
	if len(parts) != 5 || parts[0] != "v1" {
		return st, errAgeForm
	}
	var said [4]string
	for i, name := range []string{"from=", "ages=", "exp=", "device="} {
		value, ok := strings.CutPrefix(parts[i+1], name)
		if !ok || value == "" {
			return st, errAgeForm
		}
		said[i] = value
	}
	st.Source = policy.Source(said[0])
	if st.Source != policy.FromSystem && st.Source != policy.FromStore && st.Source != policy.FromGuardian {
		return st, errAgeForm
	}
	if st.Ages, err = policy.ParseAges(said[1]); err != nil {
		return st, errAgeForm.Because(err)
	}
	if st.Until, err = strconv.ParseInt(said[2], 10, 64); err != nil {
		return st, errAgeForm.Because(err)
	}
	signature, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(encoded, "="))
	left := time.Unix(st.Until, 0).Sub(now)
	st.Signed = err == nil && signedBy(s.keys, []byte(body), signature) && left > 0 && left <= longestLife && said[3] == string(device)
	return st, nil
}

// Heard lets what a device says of the age of who uses it take effect on by's profile.
func (s *Service) Heard(ctx context.Context, by actor.Actor, statement string) error {
	if err := viewer(by); err != nil {
		return err
	}
	now := s.Clock.Now()
	st, err := s.parseStatement(statement, by.Device, now)
	if err != nil {
		return err
	}
	market, news := s.market(by), false
	err = s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		was, err := loadWord(ctx, tx, by, st.Source)
		if err != nil {
			return err
		}
		is, err := was.Hear(st, market, now)
		if errors.Is(err, policy.ErrLooser) {
			return errAgeUnproven
		}
		if err != nil || is == was {
			return err
		}
		if err := saveWord(ctx, tx, by, st.Source, is); err != nil {
			return err
		}
		if news = is.Proven.Ages != was.Proven.Ages || is.Hint.Ages != was.Hint.Ages; !news {
			return nil // it was said again
		}
		return insertLog(ctx, tx, by, "age", string(st.Source)+" "+st.Ages.String(), now)
	})
	if err == nil && news {
		s.changed(ctx, by)
	}
	return err
}

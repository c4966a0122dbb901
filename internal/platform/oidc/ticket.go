package oidc

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"time"
)

// ticket is what a browser carries from Begin to Finish.
type ticket struct {
	Ask
	Expires time.Time
}

const longestTicket = 4096 // what a browser keeps in one cookie

// boundTo is what a ticket is for: its source, and who began.
func boundTo(src Source, by string) []byte { return []byte(src.Name() + "\x00" + by) }

// sealer encrypts and authenticates with a key made of the house's for this
// purpose alone.
func sealer(key []byte) (cipher.AEAD, error) {
	if len(key) < 16 {
		return nil, errors.New("oidc: the key for tickets is too short")
	}
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte("oidc ticket"))
	block, err := aes.NewCipher(mac.Sum(nil))
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}

func (t ticket) seal(key, bound []byte) (string, error) {
	aead, err := sealer(key)
	if err != nil {
		return "", err
	}
	plain, err := json.Marshal(t)
	if err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(aead.Seal(nil, nil, plain, bound)), nil
}

func unseal(key, bound []byte, sealed string) (t ticket, err error) {
	if sealed == "" || len(sealed) > longestTicket {
		return t, errors.New("oidc: no ticket, or none of ours")
	}
	aead, err := sealer(key)
	if err != nil {
		return t, err
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(sealed)
	if err != nil {
		return t, err
	}
	plain, err := aead.Open(nil, nil, raw, bound)
	if err != nil {
		return t, err
	}
	return t, json.Unmarshal(plain, &t)
}

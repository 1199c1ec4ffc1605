package remote

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"time"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"
)

// hostKeyError is final: trying again would not make another host of it.
type hostKeyError struct{ got string }

func (e *hostKeyError) Error() string {
	return fmt.Sprintf("its host key is %s, not the one of the input hostKey", e.got)
}

// clientConfig gathers the ways to log in. The second result closes the agent's socket.
func (c ProxyConnection) clientConfig(ctx context.Context) (*ssh.ClientConfig, func(), error) {
	config := &ssh.ClientConfig{
		User:    valueOr(c.User, "root"),
		Timeout: time.Duration(valueOr(c.PerDialTimeout, 15)) * time.Second,
	}
	if err := c.checkHostKey(config); err != nil {
		return nil, nil, err
	}
	if c.PrivateKey != nil {
		signer, err := c.signer()
		if err != nil {
			return nil, nil, fmt.Errorf("the private key for %s can't be used: %w", c.Host, err)
		}
		config.Auth = append(config.Auth, ssh.PublicKeys(signer))
	}
	if c.Password != nil {
		config.Auth = append(config.Auth, ssh.Password(*c.Password), ssh.KeyboardInteractive(c.answerWithPassword))
	}
	closeAgent := func() {}
	if c.AgentSocketPath != nil {
		socket, err := (&net.Dialer{}).DialContext(ctx, "unix", *c.AgentSocketPath)
		if err != nil {
			return nil, nil, fmt.Errorf("the ssh agent can't be reached: %w", err)
		}
		closeAgent = func() { socket.Close() }
		config.Auth = append(config.Auth, ssh.PublicKeysCallback(agent.NewClient(socket).Signers))
	}
	return config, closeAgent, nil
}

func (c ProxyConnection) signer() (ssh.Signer, error) {
	if c.PrivateKeyPassword != nil {
		return ssh.ParsePrivateKeyWithPassphrase([]byte(*c.PrivateKey), []byte(*c.PrivateKeyPassword))
	}
	return ssh.ParsePrivateKey([]byte(*c.PrivateKey))
}

func (c ProxyConnection) answerWithPassword(_, _ string, questions []string, _ []bool) ([]string, error) {
	answers := make([]string, len(questions))
	for i := range answers {
		answers[i] = *c.Password
	}
	return answers, nil
}

// checkHostKey compares with the input hostKey; without one any key is accepted, as the npm package documents.
func (c ProxyConnection) checkHostKey(config *ssh.ClientConfig) error {
	if c.HostKey == nil {
		config.HostKeyCallback = ssh.InsecureIgnoreHostKey()
		return nil
	}
	wanted, _, _, _, err := ssh.ParseAuthorizedKey([]byte(*c.HostKey))
	if err != nil {
		return fmt.Errorf("the input hostKey for %s is no public key: %w", c.Host, err)
	}
	config.HostKeyAlgorithms = algorithmsOf(wanted)
	config.HostKeyCallback = func(_ string, _ net.Addr, got ssh.PublicKey) error {
		if bytes.Equal(got.Marshal(), wanted.Marshal()) {
			return nil
		}
		return &hostKeyError{got: ssh.FingerprintSHA256(got)}
	}
	return nil
}

// algorithmsOf makes the server present the key that is known; for RSA under its newer signatures.
func algorithmsOf(key ssh.PublicKey) []string {
	if key.Type() == ssh.KeyAlgoRSA {
		return []string{ssh.KeyAlgoRSASHA512, ssh.KeyAlgoRSASHA256}
	}
	return []string{key.Type()}
}

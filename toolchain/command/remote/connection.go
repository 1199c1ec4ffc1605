// Package remote holds command:remote:Command and command:remote:CopyToRemote.
package remote

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"time"

	"github.com/pulumi/pulumi-go-provider/infer"
	"golang.org/x/crypto/ssh"
)

// retryDelay lies between two attempts to reach a host that may still be booting.
const retryDelay = time.Second

// ProxyConnection says how to reach and enter one host.
type ProxyConnection struct {
	Host               string   `pulumi:"host"`
	Port               *float64 `pulumi:"port,optional"`
	User               *string  `pulumi:"user,optional"`
	Password           *string  `pulumi:"password,optional" provider:"secret"`
	PrivateKey         *string  `pulumi:"privateKey,optional" provider:"secret"`
	PrivateKeyPassword *string  `pulumi:"privateKeyPassword,optional" provider:"secret"`
	AgentSocketPath    *string  `pulumi:"agentSocketPath,optional"`
	HostKey            *string  `pulumi:"hostKey,optional"`
	DialErrorLimit     *int     `pulumi:"dialErrorLimit,optional"`
	PerDialTimeout     *int     `pulumi:"perDialTimeout,optional"`
}

// Connection is the host itself, perhaps behind another one.
type Connection struct {
	ProxyConnection
	Proxy *ProxyConnection `pulumi:"proxy,optional"`
}

// Annotate sets the defaults that the npm package documents.
func (c *ProxyConnection) Annotate(a infer.Annotator) {
	a.SetDefault(&c.Port, 22)
	a.SetDefault(&c.User, "root")
	a.SetDefault(&c.DialErrorLimit, 10)
	a.SetDefault(&c.PerDialTimeout, 15)
}

// Annotate sets the defaults of the embedded fields.
func (c *Connection) Annotate(a infer.Annotator) { c.ProxyConnection.Annotate(a) }

// use opens the connection, hands it over and closes it, together with the one to the proxy.
func (c Connection) use(ctx context.Context, work func(*ssh.Client) error) error {
	dial := (&net.Dialer{}).DialContext
	if c.Proxy != nil {
		proxy, err := c.Proxy.open(ctx, dial)
		if err != nil {
			return fmt.Errorf("proxy %w", err)
		}
		defer proxy.Close()
		dial = proxy.DialContext
	}
	client, err := c.open(ctx, dial)
	if err != nil {
		return err
	}
	defer client.Close()
	return work(client)
}

type dialer func(ctx context.Context, network, address string) (net.Conn, error)

// open tries until the limit of failed attempts; a negative limit means for ever.
func (c ProxyConnection) open(ctx context.Context, dial dialer) (*ssh.Client, error) {
	config, closeAgent, err := c.clientConfig(ctx)
	if err != nil {
		return nil, err
	}
	defer closeAgent()
	limit := valueOr(c.DialErrorLimit, 10)
	for failures := 1; ; failures++ {
		client, err := c.attempt(ctx, dial, config)
		if err == nil {
			return client, nil
		}
		var wrongKey *hostKeyError
		if errors.As(err, &wrongKey) || (limit >= 0 && failures >= limit) {
			return nil, fmt.Errorf("%s could not be reached (attempt %d): %w", c.address(), failures, err)
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(retryDelay):
		}
	}
}

func (c ProxyConnection) attempt(ctx context.Context, dial dialer, config *ssh.ClientConfig) (*ssh.Client, error) {
	ctx, cancel := context.WithTimeout(ctx, config.Timeout)
	defer cancel()
	stream, err := dial(ctx, "tcp", c.address())
	if err != nil {
		return nil, err
	}
	// The handshake knows no context; closing the stream at the deadline ends it.
	stop := context.AfterFunc(ctx, func() { stream.Close() })
	connection, channels, requests, err := ssh.NewClientConn(stream, c.address(), config)
	if err != nil {
		stream.Close()
		return nil, err
	}
	if !stop() {
		connection.Close()
		return nil, ctx.Err()
	}
	return ssh.NewClient(connection, channels, requests), nil
}

func (c ProxyConnection) address() string {
	return net.JoinHostPort(c.Host, strconv.Itoa(int(valueOr(c.Port, 22))))
}

func valueOr[T any](value *T, otherwise T) T {
	if value == nil {
		return otherwise
	}
	return *value
}

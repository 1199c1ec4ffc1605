package remote

import (
	"context"
	"fmt"
	"strings"

	"github.com/pulumi/pulumi-go-provider/infer"
	"golang.org/x/crypto/ssh"

	"proxmox-ha/toolchain/command/script"
)

// Command runs scripts on another host.
type Command struct{}

// CommandArgs are its inputs.
type CommandArgs struct {
	script.Inputs
	Connection Connection `pulumi:"connection" provider:"secret"`
}

// CommandState is what Pulumi keeps of it.
type CommandState struct {
	CommandArgs
	script.Outputs
}

// Create runs the script create.
func (Command) Create(
	ctx context.Context, r infer.CreateRequest[CommandArgs],
) (infer.CreateResponse[CommandState], error) {
	state := CommandState{CommandArgs: r.Inputs}
	if r.DryRun {
		return infer.CreateResponse[CommandState]{ID: r.Name, Output: state}, nil
	}
	var err error
	state.Outputs, err = r.Inputs.Run(ctx, r.Inputs.Create, script.Outputs{}, r.Inputs.there)
	if err != nil {
		return infer.CreateResponse[CommandState]{}, err
	}
	return infer.CreateResponse[CommandState]{ID: r.Name, Output: state}, nil
}

// Update runs the script update, or create again.
func (Command) Update(
	ctx context.Context, r infer.UpdateRequest[CommandArgs, CommandState],
) (infer.UpdateResponse[CommandState], error) {
	state := CommandState{CommandArgs: r.Inputs, Outputs: r.State.Outputs}
	if r.DryRun {
		return infer.UpdateResponse[CommandState]{Output: state}, nil
	}
	var err error
	state.Outputs, err = r.Inputs.Run(ctx, r.Inputs.OnUpdate(), r.State.Outputs, r.Inputs.there)
	if err != nil {
		return infer.UpdateResponse[CommandState]{}, err
	}
	return infer.UpdateResponse[CommandState]{Output: state}, nil
}

// Delete runs the script delete.
func (Command) Delete(
	ctx context.Context, r infer.DeleteRequest[CommandState],
) (infer.DeleteResponse, error) {
	args := r.State.CommandArgs
	_, err := args.Run(ctx, args.Delete, r.State.Outputs, args.there)
	return infer.DeleteResponse{}, err
}

// there is a script.Runner.
func (a CommandArgs) there(
	ctx context.Context, text string, environment map[string]string,
) (said script.Outputs, err error) {
	err = a.Connection.use(ctx, func(client *ssh.Client) error {
		said, err = a.session(ctx, client, text, environment)
		return err
	})
	return said, err
}

func (a CommandArgs) session(
	ctx context.Context, client *ssh.Client, text string, environment map[string]string,
) (script.Outputs, error) {
	session, err := client.NewSession()
	if err != nil {
		return script.Outputs{}, err
	}
	defer session.Close()
	for name, value := range environment {
		err := session.Setenv(name, value)
		// The outputs of the last run are an extra that Debian's sshd refuses; what the user set is not.
		if err != nil && !strings.HasPrefix(name, script.PreviousPrefix) {
			return script.Outputs{}, fmt.Errorf("sshd refuses the variable %s; its AcceptEnv must name it", name)
		}
	}
	if a.Stdin != nil {
		session.Stdin = strings.NewReader(*a.Stdin)
	}
	var stdout, stderr strings.Builder
	session.Stdout, session.Stderr = &stdout, &stderr
	stop := context.AfterFunc(ctx, func() { session.Close() })
	defer stop()
	err = session.Run(text)
	return script.Outputs{Stdout: stdout.String(), Stderr: stderr.String()}, err
}

// Package local holds command:local:Command.
package local

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"strings"

	"github.com/pulumi/pulumi-go-provider/infer"

	"proxmox-ha/toolchain/command/script"
)

// Command runs scripts on the machine of the Pulumi program.
type Command struct{}

// Args are its inputs.
type Args struct {
	script.Inputs
	Dir          *string  `pulumi:"dir,optional"`
	Interpreter  []string `pulumi:"interpreter,optional"`
	AssetPaths   []string `pulumi:"assetPaths,optional"`
	ArchivePaths []string `pulumi:"archivePaths,optional"`
}

// State is what Pulumi keeps of it.
type State struct {
	Args
	script.Outputs
}

// Create runs the script create.
func (Command) Create(ctx context.Context, r infer.CreateRequest[Args]) (infer.CreateResponse[State], error) {
	state := State{Args: r.Inputs}
	if len(r.Inputs.AssetPaths)+len(r.Inputs.ArchivePaths) > 0 {
		return infer.CreateResponse[State]{}, errors.New(
			"this build of the command plugin has no assetPaths and archivePaths; install the released plugin")
	}
	if r.DryRun {
		return infer.CreateResponse[State]{ID: r.Name, Output: state}, nil
	}
	var err error
	state.Outputs, err = r.Inputs.Run(ctx, r.Inputs.Create, script.Outputs{}, r.Inputs.here)
	if err != nil {
		return infer.CreateResponse[State]{}, err
	}
	return infer.CreateResponse[State]{ID: r.Name, Output: state}, nil
}

// Update runs the script update, or create again.
func (Command) Update(ctx context.Context, r infer.UpdateRequest[Args, State]) (infer.UpdateResponse[State], error) {
	state := State{Args: r.Inputs, Outputs: r.State.Outputs}
	if r.DryRun {
		return infer.UpdateResponse[State]{Output: state}, nil
	}
	var err error
	state.Outputs, err = r.Inputs.Run(ctx, r.Inputs.OnUpdate(), r.State.Outputs, r.Inputs.here)
	if err != nil {
		return infer.UpdateResponse[State]{}, err
	}
	return infer.UpdateResponse[State]{Output: state}, nil
}

// Delete runs the script delete.
func (Command) Delete(ctx context.Context, r infer.DeleteRequest[State]) (infer.DeleteResponse, error) {
	args := r.State.Args
	_, err := args.Run(ctx, args.Delete, r.State.Outputs, args.here)
	return infer.DeleteResponse{}, err
}

// here is a script.Runner.
func (a Args) here(ctx context.Context, text string, environment map[string]string) (script.Outputs, error) {
	program := []string{"/bin/sh", "-c"}
	if len(a.Interpreter) > 0 {
		program = append([]string{}, a.Interpreter...)
	}
	program = append(program, text)
	command := exec.CommandContext(ctx, program[0], program[1:]...)
	command.Env = os.Environ()
	for name, value := range environment {
		command.Env = append(command.Env, name+"="+value)
	}
	if a.Dir != nil {
		command.Dir = *a.Dir
	}
	if a.Stdin != nil {
		command.Stdin = strings.NewReader(*a.Stdin)
	}
	var stdout, stderr strings.Builder
	command.Stdout, command.Stderr = &stdout, &stderr
	err := command.Run()
	return script.Outputs{Stdout: stdout.String(), Stderr: stderr.String()}, err
}

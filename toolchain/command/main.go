// Command pulumi-resource-command is the Pulumi plugin "command" for machines where the released one can't be had:
// commands on this machine, commands over ssh, and files over ssh, with the inputs and outputs of the npm package
// @pulumi/command. Two inputs of local.Command, assetPaths and archivePaths, are refused instead of ignored.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/pulumi/pulumi-go-provider/infer"

	"proxmox-ha/toolchain/command/local"
	"proxmox-ha/toolchain/command/remote"
)

// version is that of the npm package; the linker sets it.
var version = "0.0.0"

func main() {
	if err := serve(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func serve(ctx context.Context) error {
	provider, err := infer.NewProviderBuilder().
		WithResources(
			infer.Resource(local.Command{}),
			infer.Resource(remote.Command{}),
			infer.Resource(remote.CopyToRemote{}),
		).
		Build()
	if err != nil {
		return err
	}
	return provider.Run(ctx, "command", version)
}

package remote

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"

	"github.com/pkg/sftp"
	"github.com/pulumi/pulumi-go-provider/infer"
	"github.com/pulumi/pulumi-go-provider/infer/types"
	"golang.org/x/crypto/ssh"
)

// CopyToRemote puts a file or a folder on another host. It overwrites and never deletes.
type CopyToRemote struct{}

// CopyArgs are its inputs.
type CopyArgs struct {
	Connection Connection           `pulumi:"connection" provider:"secret"`
	Source     types.AssetOrArchive `pulumi:"source"`
	RemotePath string               `pulumi:"remotePath"`
	Triggers   []any                `pulumi:"triggers,optional" provider:"replaceOnChanges"`
}

// CopyState is what Pulumi keeps of it.
type CopyState struct{ CopyArgs }

// Create copies.
func (CopyToRemote) Create(
	ctx context.Context, r infer.CreateRequest[CopyArgs],
) (infer.CreateResponse[CopyState], error) {
	if !r.DryRun {
		if err := r.Inputs.copy(ctx); err != nil {
			return infer.CreateResponse[CopyState]{}, err
		}
	}
	return infer.CreateResponse[CopyState]{ID: r.Name, Output: CopyState{r.Inputs}}, nil
}

// Update copies again.
func (CopyToRemote) Update(
	ctx context.Context, r infer.UpdateRequest[CopyArgs, CopyState],
) (infer.UpdateResponse[CopyState], error) {
	if !r.DryRun {
		if err := r.Inputs.copy(ctx); err != nil {
			return infer.UpdateResponse[CopyState]{}, err
		}
	}
	return infer.UpdateResponse[CopyState]{Output: CopyState{r.Inputs}}, nil
}

func (a CopyArgs) copy(ctx context.Context) error {
	return a.Connection.use(ctx, func(client *ssh.Client) error {
		stop := context.AfterFunc(ctx, func() { client.Close() })
		defer stop()
		remote, err := sftp.NewClient(client)
		if err != nil {
			return fmt.Errorf("%s offers no sftp: %w", a.Connection.Host, err)
		}
		defer remote.Close()
		if err := a.send(upload{remote}); err != nil {
			return fmt.Errorf("copying to %s on %s failed: %w", a.RemotePath, a.Connection.Host, err)
		}
		return nil
	})
}

func (a CopyArgs) send(to upload) error {
	switch {
	case a.Source.Asset != nil && a.Source.Asset.IsText():
		return to.text(a.Source.Asset.Text, a.RemotePath)
	case a.Source.Asset != nil && a.Source.Asset.IsPath():
		return to.path(a.Source.Asset.Path, a.RemotePath)
	case a.Source.Archive != nil && a.Source.Archive.IsPath():
		return to.path(a.Source.Archive.Path, a.RemotePath)
	}
	return errors.New("the source must be a FileAsset, a StringAsset or a FileArchive")
}

type upload struct{ remote *sftp.Client }

// path copies a file or a folder; into the target if that is a folder already, under its own name.
func (u upload) path(source, target string) error {
	info, err := os.Stat(source)
	if err != nil {
		return err
	}
	existing, err := u.remote.Stat(target)
	if err == nil && existing.IsDir() {
		target = path.Join(target, filepath.Base(source))
	} else if err == nil && info.IsDir() {
		return fmt.Errorf("%s is a folder and the target is a file", source)
	}
	if info.IsDir() {
		return u.folder(source, target)
	}
	return u.file(source, target)
}

func (u upload) folder(source, target string) error {
	return filepath.WalkDir(source, func(file string, entry os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		below, err := filepath.Rel(source, file)
		if err != nil {
			return err
		}
		place := path.Join(target, filepath.ToSlash(below))
		if entry.IsDir() {
			return u.remote.MkdirAll(place)
		}
		return u.file(file, place)
	})
}

func (u upload) text(text, target string) error {
	if err := u.remote.MkdirAll(path.Dir(target)); err != nil {
		return err
	}
	to, err := u.remote.Create(target)
	if err != nil {
		return err
	}
	_, err = to.Write([]byte(text))
	return errors.Join(err, to.Close())
}

func (u upload) file(source, target string) error {
	from, err := os.Open(source)
	if err != nil {
		return err
	}
	defer from.Close()
	if err := u.remote.MkdirAll(path.Dir(target)); err != nil {
		return err
	}
	to, err := u.remote.Create(target)
	if err != nil {
		return err
	}
	_, err = to.ReadFrom(from)
	return errors.Join(err, to.Close())
}

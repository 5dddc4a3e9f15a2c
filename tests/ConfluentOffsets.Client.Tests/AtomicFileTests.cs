using System.Text;
using ConfluentOffsets.Client.Files;
using ConfluentOffsets.Client.Wire;
using Xunit;

namespace ConfluentOffsets.Client.Tests;

public sealed class AtomicFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("atomic").FullName;

    private string File1 => Path.Combine(_folder, "a.json");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_new_file_is_written(bool overwrite)
    {
        AtomicFile.Write(File1, Text("new"), overwrite);

        Assert.Equal("new", File.ReadAllText(File1));
        Assert.Equal([File1], Directory.GetFiles(_folder));
    }

    [Fact]
    public void A_file_that_is_there_stays_unless_it_may_be_overwritten()
    {
        File.WriteAllText(File1, "old, and longer");

        Assert.Throws<IOException>(() => AtomicFile.Write(File1, Text("new"), overwrite: false));
        Assert.Equal("old, and longer", File.ReadAllText(File1));

        AtomicFile.Write(File1, Text("new"), overwrite: true);
        Assert.Equal("new", File.ReadAllText(File1));
        Assert.Equal([File1], Directory.GetFiles(_folder));
    }

    [Fact]
    public void A_file_that_comes_meanwhile_stays()
    {
        void Race(Stream stream)
        {
            Text("new")(stream);
            File.WriteAllText(File1, "theirs");
        }

        Assert.Throws<IOException>(() => AtomicFile.Write(File1, Race, overwrite: false));

        Assert.Equal("theirs", File.ReadAllText(File1));
        Assert.Equal([File1], Directory.GetFiles(_folder));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_failure_leaves_what_was_there_and_nothing_else(bool overwrite)
    {
        if (overwrite)
            File.WriteAllText(File1, "old");

        Assert.Throws<FormatException>(() => AtomicFile.Write(File1, Fail, overwrite));

        Assert.Equal(overwrite ? [File1] : [], Directory.GetFiles(_folder));
        if (overwrite)
            Assert.Equal("old", File.ReadAllText(File1));

        static void Fail(Stream stream)
        {
            Text("half")(stream);
            throw new FormatException();
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1000)]
    public void A_writing_that_shall_end_ends_at_the_next_piece_and_leaves_what_was_there(int pieces)
    {
        File.WriteAllText(File1, "old");
        var entry = new OffsetsFileEntry(null, null, new OffsetsDocument(null, "a", [.. Enumerable.Range(0, 5000).Select(i => Given.Item($$"""{"p":{{i}}}""", """{"o":1}"""))], null));
        var asked = 0;

        Assert.Throws<OperationCanceledException>(() => AtomicFile.Write(
            File1,
            stream => OffsetsFileWriter.Write(new InterruptibleStream(stream, () => _ = ++asked <= pieces ? 0 : throw new OperationCanceledException()), [entry]),
            overwrite: true));

        Assert.Equal(pieces + 1, asked);
        Assert.Equal("old", File.ReadAllText(File1));
        Assert.Equal([File1], Directory.GetFiles(_folder));
    }

    [Fact]
    public void A_writing_that_may_go_on_is_whole()
    {
        AtomicFile.Write(File1, stream => Text("new")(new InterruptibleStream(stream, () => { })), overwrite: true);

        Assert.Equal("new", File.ReadAllText(File1));
    }

    [Fact]
    public void A_read_only_file_is_overwritten_only_where_that_is_asked_for_and_stays_read_only()
    {
        File.WriteAllText(File1, "old");
        File.SetAttributes(File1, FileAttributes.ReadOnly);

        Assert.Throws<UnauthorizedAccessException>(() => AtomicFile.Write(File1, Text("new"), overwrite: true));
        Assert.Equal("old", File.ReadAllText(File1));

        AtomicFile.Write(File1, Text("new"), overwrite: true, overwriteReadOnly: true);
        Assert.Equal("new", File.ReadAllText(File1));
        Assert.True(new FileInfo(File1).IsReadOnly);
        File.SetAttributes(File1, FileAttributes.Normal);
    }

    [Fact]
    public void A_folder_is_no_file_and_a_folder_that_is_not_there_is_named()
    {
        var folder = Assert.Throws<UnauthorizedAccessException>(() => AtomicFile.Write(_folder, Text("new"), overwrite: true));
        var missing = Assert.Throws<DirectoryNotFoundException>(() => AtomicFile.Write(Path.Combine(_folder, "no", "a.json"), Text("new"), overwrite: true));

        Assert.Equal($"'{_folder}' is a folder.", folder.Message);
        Assert.Equal($"There is no folder '{Path.Combine(_folder, "no")}'.", missing.Message);
    }

    [Fact]
    public void A_link_stays_a_link_and_modes_stay()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Links need a privilege there, and there are no modes.");
            return;
        }

        var link = Path.Combine(_folder, "link.json");
        File.WriteAllText(File1, "old");
        File.SetUnixFileMode(File1, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.CreateSymbolicLink(link, File1);

        AtomicFile.Write(link, Text("new"), overwrite: true);

        Assert.Equal(File1, new FileInfo(link).LinkTarget);
        Assert.Equal("new", File.ReadAllText(File1));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(File1));
        Assert.Throws<IOException>(() => AtomicFile.Write(link, Text("newer"), overwrite: false));
    }

    private static Action<Stream> Text(string text) => stream => stream.Write(Encoding.UTF8.GetBytes(text));

    [Fact]
    public void Of_many_files_that_get_the_same_name_at_once_one_wins_and_the_others_are_told()
    {
        for (var round = 0; round < 300; round++)
        {
            var target = Path.Combine(_folder, $"{round}.json");
            var won = 0;
            using var start = new Barrier(3);
            var writers = Enumerable.Range(0, 3).Select(i => new Thread(() => Interlocked.Add(ref won, Gets($"{target}.{i}", target, start) ? 1 : 0))).ToArray();
            foreach (var writer in writers)
                writer.Start();
            foreach (var writer in writers)
                writer.Join();

            Assert.Equal(1, won);
        }

        static bool Gets(string temporary, string target, Barrier start)
        {
            File.WriteAllText(temporary, "{}");
            start.SignalAndWait();
            try
            {
                AtomicFile.Rename(temporary, target, overwrite: false);
                return true;
            }
            catch (IOException)
            {
                return false;
            }
        }
    }
}

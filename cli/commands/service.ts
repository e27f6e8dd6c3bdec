import { Command } from 'commander';
import { HeadError } from 'babylon-personalized-head/runtime';

const name = 'babylon-personalized-head-service';

/** What the optional package adds, for the help of those who lack it. */
const descriptions = {
  work: `Takes jobs from a queue, for many people (needs ${name}).`,
  serve: `Takes photos over HTTP, for many people (needs ${name}).`,
} as const;

type Added = keyof typeof descriptions;

/** The part of the package that is used here; it is not installed where one machine is enough. */
interface Service {
  workCommand(): Command;
  serveCommand(): Command;
}

/**
 * `personalized-head work` and `serve`, of a package of its own. It is loaded only when one of them is called.
 * @param called the command that was named, if any
 */
export async function serviceCommands(called: string | undefined): Promise<Command[]> {
  const added = Object.keys(descriptions) as Added[];
  if (called !== undefined && (added as string[]).includes(called)) {
    const service = await load();
    if (service) return [service.workCommand(), service.serveCommand()];
  }
  return added.map((command) =>
    new Command(command)
      .description(descriptions[command])
      .allowUnknownOption()
      .allowExcessArguments()
      .action(() => {
        throw new HeadError(
          'command/service',
          `${command}: expected the package ${name}, which is not installed. Run npm install ${name}`,
        );
      }),
  );
}

/** @returns null where the package is not installed; what else goes wrong with it is thrown */
async function load(): Promise<Service | null> {
  try {
    return (await import(name)) as Service;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ERR_MODULE_NOT_FOUND' && message.includes(`'${name}'`)) return null;
    throw error;
  }
}
